"""Evidence of a clause of a score table or of a share of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.evidence import services
from assessments.evidence.forms import ArrivedForm, DescribeForm, PickForm, ReplaceForm, UploadForm
from assessments.evidence.selectors import also_proves, files_in, library_for, unproven
from assessments.sharing.models import RowShare
from assessments.sharing.rules import may_fill
from assessments.sharing.views import seen_share
from assessments.tables.models import RowEvidence, ScoreRow, ScoreTable
from assessments.tables.rules import may_edit_table
from assessments.tables.services.cells import item_of
from assessments.tables.views import live_table
from greendistrict.accounts.http import at_the_page, signed_in
from greendistrict.accounts.models import User
from greendistrict.audit.services import subject_of
from greendistrict.core.errors import Refused
from greendistrict.documents import uploads
from greendistrict.documents.forms import WARNING
from greendistrict.documents.models import Upload
from greendistrict.documents.upload_levels import choose

UPLOAD, PICK = "upload", "pick"


@dataclass(frozen=True)
class EvidenceRow:
    """The row whose files are shown, in the table or in a share."""

    row: ScoreRow
    editable: bool
    share: RowShare | None = None

    @property
    def table(self) -> ScoreTable:
        """Table of the row."""
        return self.row.table

    @property
    def href(self) -> str:
        """Base address of the row's files."""
        if self.share:
            return reverse("assessments:share_evidence", args=[self.share.pk, self.row.item_id])
        return reverse("assessments:row_evidence", args=[self.table.pk, self.row.item_id])

    @property
    def back(self) -> str:
        """Address of the row."""
        if self.share:
            return f"{reverse('assessments:share', args=[self.share.pk])}?item={self.row.item_id}"
        return f"{reverse('assessments:score_table', args=[self.table.pk])}?item={self.row.item_id}"


def in_table(user: User, pk: int, item_id: str) -> EvidenceRow:
    """Row of a table whose live rows the person sees. Raises ``Http404``."""
    table = live_table(user, pk)
    row = get_object_or_404(ScoreRow.objects.select_related("table__district", "table__edition"), table=table, item_id=item_id)
    return EvidenceRow(row, may_edit_table(user, table))


def in_share(user: User, pk: int, item_id: str) -> EvidenceRow:
    """Row of a share in sight. Raises ``Http404``."""
    share = seen_share(user, pk)
    rows = ScoreRow.objects.select_related("table__district", "table__edition")
    return EvidenceRow(get_object_or_404(rows, shared__share=share, item_id=item_id), may_fill(user, share), share)


PLACES: dict[str, Callable[[User, int, str], EvidenceRow]] = {"table": in_table, "share": in_share}


@require_http_methods(["GET", "POST"])
def row_evidence(request: HttpRequest, pk: int, item_id: str, where: str = "table") -> HttpResponse:
    """Files of a row; a post uploads new ones or picks some of the library."""
    user = signed_in(request)
    place = PLACES[where](user, pk, item_id)
    library = library_for(user, place.table)
    picking, posted = request.POST.get("do") == PICK, request.method == "POST"
    upload = UploadForm(request.POST, request.FILES, prefix=UPLOAD) if posted and not picking else UploadForm(prefix=UPLOAD)
    pick = PickForm(request.POST, prefix=PICK, library=library) if posted and picking else PickForm(prefix=PICK, library=library)
    form: forms.Form = pick if picking else upload
    if posted and form.is_valid() and _added(request, form, place, user):
        messages.success(request, f"{item_id} 的佐证材料已加入")
        return HttpResponseRedirect(place.href)
    context = {**files_context(place), "upload": upload, "pick": pick, "errors": [form] if posted else [], "warning": WARNING}
    return render(request, "assessments/evidence/score_evidence.html", context, status=422 if posted else 200)


def files_context(place: EvidenceRow) -> dict[str, Any]:
    """The list of the row's files with what can be done to each."""
    links = list(place.row.evidence.select_related("document").order_by("pk"))
    others = also_proves(links, place.table)
    return {
        "place": place,
        "table": place.table,
        "row": place.row,
        "item": item_of(place.table, place.row.item_id),
        "files": [(link, others.get(link.document_id, [])) for link in links],
        "owner": subject_of(place.table),
        "editable": place.editable,
    }


def _added(request: HttpRequest, form: forms.Form, place: EvidenceRow, user: User) -> bool:
    """Add what the form names; a refusal becomes the form's error."""
    data = form.cleaned_data
    try:
        if isinstance(form, PickForm):
            for document in data["document"]:
                services.add_existing(row=place.row, document=document, page=data["page"], by=user)
        else:
            for file in request.FILES.getlist(f"{UPLOAD}-upload"):
                choose(file, data["confidentiality"])
                title = data["title"] if len(request.FILES.getlist(f"{UPLOAD}-upload")) == 1 else ""
                services.add_upload(row=place.row, upload=file, title=title, by=user, **_described(data))
    except Refused as refused:
        if refused.status != Refused.status:
            raise
        form.add_error("document" if isinstance(form, PickForm) else "upload", str(refused))
        return False
    return True


def _described(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("page", "passage", "valid_from", "valid_to")}


@require_POST
@at_the_page
def row_evidence_arrived(request: HttpRequest, pk: int, item_id: str, where: str = "table") -> HttpResponse:
    """Link a completed upload to the row; returns the list as a fragment."""
    user = signed_in(request)
    place, form = PLACES[where](user, pk, item_id), ArrivedForm(request.POST)
    if not form.is_valid():
        return HttpResponse("；".join(str(text) for texts in form.errors.values() for text in texts), status=422)
    upload = get_object_or_404(Upload, key=form.cleaned_data["key"], by=user, owner=subject_of(place.table))
    try:
        with uploads.completed(upload) as file:
            choose(file, form.cleaned_data["confidentiality"])
            services.add_upload(row=place.row, upload=file, title="", by=user, **_described(form.cleaned_data))
    except Refused as refused:
        return HttpResponse(str(refused), status=422 if refused.status == Refused.status else refused.status)
    return render(request, "assessments/evidence/_evidence_files.html", files_context(place))


@require_POST
def row_evidence_step(request: HttpRequest, pk: int, item_id: str, link: int, where: str = "table") -> HttpResponse:
    """Remove a file from under the row, set its page and validity, or replace it by its next version."""
    user = signed_in(request)
    place = PLACES[where](user, pk, item_id)
    found = get_object_or_404(RowEvidence.objects.select_related("row__table__district", "document"), pk=link, row=place.row)
    step = request.POST.get("do", "remove")
    if step == "remove":
        services.remove(link=found, by=user)
        messages.success(request, f"已从 {item_id} 移除，材料仍在材料库")
    else:
        form = ReplaceForm(request.POST, request.FILES) if step == "replace" else DescribeForm(request.POST)
        _stepped(request, form, found, user)
    return HttpResponseRedirect(place.href)


def _stepped(request: HttpRequest, form: forms.Form, link: RowEvidence, user: User) -> None:
    """Describe or replace a file; errors are shown above the list."""
    if not form.is_valid():
        messages.error(request, "；".join(str(text) for texts in form.errors.values() for text in texts))
        return
    data = form.cleaned_data
    try:
        if isinstance(form, ReplaceForm):
            new = services.replace(link=link, upload=data["upload"], by=user, valid_from=data["valid_from"], valid_to=data["valid_to"])
            messages.success(request, f"“{new.title}”已换为第{new.version}版，旧版保留")
        else:
            services.describe(link=link, by=user, **_described(data))
            messages.success(request, "页码、位置和有效期已保存")
    except Refused as refused:
        messages.error(request, str(refused))


@require_safe
def table_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Every file of the table with the clauses it proves, and the clauses without proof."""
    user = signed_in(request)
    table = live_table(user, pk)
    context = {"table": table, "files": files_in(table), "missing": unproven(table), "editable": may_edit_table(user, table)}
    return render(request, "assessments/evidence/score_files.html", context)
