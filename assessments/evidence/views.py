"""Pages for the evidence of a clause, opened from a score table or from a share of it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Self

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.evidence import services
from assessments.evidence.forms import ArrivedForm, DescribeForm, PickForm, ReplaceForm, TakeForm, UploadForm
from assessments.evidence.selectors import also_proves, files_in, library_for, library_lines, other_clauses, unproven
from assessments.score_page.selectors.table_rows import sheet_of
from assessments.score_page.views.cells import saved_context
from assessments.share_page.selectors import share_sheet
from assessments.share_page.views import share_saved_context
from assessments.sharing.lifecycle import may_fill
from assessments.sharing.models import RowShare
from assessments.sharing.views import seen_share
from assessments.tables.models import RowEvidence, ScoreRow, ScoreTable
from assessments.tables.rules import may_edit_table
from assessments.tables.selectors.widgets import key_of
from assessments.tables.services.cells import item_of, require_filler
from assessments.tables.views import live_table
from districts.common.enums import HELD_LISTS
from greendistrict.accounts.http import at_the_page
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.audit.services import subject_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Closed, Refused
from greendistrict.core.forms import per_file
from greendistrict.core.refusals import add_refusals
from greendistrict.documents import uploads
from greendistrict.documents.forms import WARNING
from greendistrict.documents.models import Upload
from greendistrict.documents.upload_levels import choose

UPLOAD, PICK, TAKE, REPLACE = "upload", "pick", "take", "replace"
STEPS = frozenset({"describe", "remove", REPLACE})


@dataclass(frozen=True)
class EvidenceRow:
    """The row whose files are shown, reached through its table or through a share."""

    row: ScoreRow
    editable: bool
    share: RowShare | None = None

    @property
    def table(self) -> ScoreTable:
        """The row's table."""
        return self.row.table

    @property
    def href(self) -> str:
        """Base URL of the row's files."""
        if self.share:
            return reverse("assessments:share_evidence", args=[self.share.pk, self.row.item_id])
        return reverse("assessments:row_evidence", args=[self.table.pk, self.row.item_id])

    @property
    def back(self) -> str:
        """URL of the row."""
        if self.share:
            return f"{reverse('assessments:share', args=[self.share.pk])}?item={self.row.item_id}"
        return f"{reverse('assessments:score_table', args=[self.table.pk])}?item={self.row.item_id}"


@dataclass(frozen=True)
class TypedEvidence:
    """Values of the fields beside a file: those stored, or after a refusal those typed."""

    link: int
    page: str
    passage: str
    valid_from: str
    valid_to: str
    next_valid_to: str = ""
    refused: bool = False

    @classmethod
    def stored(cls, link: RowEvidence) -> Self:
        """Values stored for the file."""
        begin, end = link.document.valid_from, link.document.valid_to
        return cls(link.pk, link.pages, link.passage, begin.isoformat() if begin else "", end.isoformat() if end else "")

    @classmethod
    def posted(cls, link: RowEvidence, data: Mapping[str, str], step: str) -> Self:
        """Values posted by the form of a step."""
        if step == REPLACE:
            return replace(cls.stored(link), next_valid_to=data.get("valid_to", ""), refused=True)
        page, passage, begin, end = (data.get(name, "") for name in ("page", "passage", "valid_from", "valid_to"))
        return cls(link.pk, page, passage, begin, end, refused=True)


def in_table(viewer: Viewer, pk: int, item_id: str) -> EvidenceRow:
    """Row of a table whose live rows the user sees. Raises ``Http404``."""
    table = live_table(viewer, pk)
    row = get_object_or_404(ScoreRow.objects.select_related("table__district", "table__edition"), table=table, item_id=item_id)
    return EvidenceRow(row, may_edit_table(viewer.held, table))


def in_share(viewer: Viewer, pk: int, item_id: str) -> EvidenceRow:
    """Row of a share visible to the user. Raises ``Http404``."""
    share = seen_share(viewer, pk)
    rows = ScoreRow.objects.select_related("table__district", "table__edition")
    return EvidenceRow(get_object_or_404(rows, shared__share=share, item_id=item_id), may_fill(viewer.held, share), share)


PLACES: dict[str, Callable[[Viewer, int, str], EvidenceRow]] = {"table": in_table, "share": in_share}


@require_http_methods(["GET", "POST"])
def row_evidence(request: HttpRequest, pk: int, item_id: str, where: str = "table") -> HttpResponse:
    """Show the files of a row; POST uploads new files, picks some of the library or takes a list of the portal."""
    viewer = viewer_of(request)
    place = PLACES[where](viewer, pk, item_id)
    library = library_for(viewer, place.table)
    posted = request.method == "POST"
    do = request.POST.get("do") if posted else ""
    if posted:
        require_filler(table=place.table, item_id=item_id, by=viewer.user)
    clauses = other_clauses(place.row, place.share)
    pick = PickForm(request.POST if do == PICK else None, prefix=PICK, library=library, clauses=clauses)
    take = take_form(place, request.POST if do == TAKE else None)
    other = {PICK: pick, TAKE: take}.get(do or "")
    upload = UploadForm(*((request.POST, request.FILES) if posted and not other else ()), prefix=UPLOAD, clauses=clauses)
    form: forms.Form = other or upload
    if posted and form.is_valid() and _added(form, place, viewer.user):
        words = f"{item_id} 的佐证材料已加入"
        if also := form.cleaned_data.get("also"):
            words = f"{words}，同时用于 {'、'.join(also)}"
        if in_drawer(request):
            return drawer_panel(request, place, words)
        return redirect_saying(request, words, place.href)
    chosen = request.POST.getlist(f"{PICK}-document")
    context = {
        **files_context(place),
        "upload": upload,
        "pick": pick,
        "take": take,
        "library": library_lines(library, place.table, chosen, place.share) if place.editable else [],
        "errors": [form] if posted else [],
        "warning": WARNING,
    }
    template = "_drawer_evidence" if in_drawer(request) else "score_evidence"
    return render(request, f"assessments/evidence/{template}.html", context, status=422 if posted else 200)


def take_form(place: EvidenceRow, data: Mapping[str, str] | None = None) -> TakeForm | None:
    """Form that takes a list of the district; none in a share, whose assignee need not see its lists."""
    return None if place.share else TakeForm(data, prefix=TAKE)


def in_drawer(request: HttpRequest) -> bool:
    """Whether the request comes from the drawer beside the row."""
    return bool(request.headers.get("HX-Request"))


def drawer_panel(request: HttpRequest, place: EvidenceRow, words: str, *, problem: bool = False) -> HttpResponse:
    """Render the evidence for the drawer, with out-of-band updates of the row and of the table's totals."""
    viewer = viewer_of(request)
    context = {**_empty_forms(viewer, place), "said": words, "problem": problem}
    panel = render_to_string("assessments/evidence/_drawer_evidence.html", context, request)
    # The changed parts of the page; for a share only the row itself.
    if place.share is not None:
        sheet, saved, template = share_sheet(place.share), share_saved_context, "assessments/share_page/_share_saved.html"
    else:
        (sheet, _), saved, template = sheet_of(viewer, place.table), saved_context, "assessments/score_page/_score_saved.html"
    row = saved(request, sheet, sheet.scored.table.items[place.row.item_id], reshape=False)
    return HttpResponse(panel + render_to_string(template, row, request))


def _empty_forms(viewer: Viewer, place: EvidenceRow, refused: TypedEvidence | None = None) -> dict[str, Any]:
    """Template context: the list of files and empty forms for adding another."""
    library, clauses = library_for(viewer, place.table), other_clauses(place.row, place.share)
    return {
        **files_context(place, refused),
        "upload": UploadForm(prefix=UPLOAD, clauses=clauses),
        "pick": PickForm(prefix=PICK, library=library, clauses=clauses),
        "take": take_form(place),
        "library": library_lines(library, place.table, (), place.share),
        "warning": WARNING,
    }


def files_context(place: EvidenceRow, refused: TypedEvidence | None = None) -> dict[str, Any]:
    """Template context of the file list with the possible actions; a refused file shows what was typed."""
    links = list(place.row.evidence.select_related("document").order_by("pk"))
    others = also_proves(links, place.table, place.share)
    shown = {refused.link: refused} if refused else {}
    return {
        "place": place,
        "table": place.table,
        "row": place.row,
        "item": item_of(place.table, place.row.item_id),
        "files": [(link, others.get(link.document_id, []), shown.get(link.pk) or TypedEvidence.stored(link)) for link in links],
        "owner": subject_of(place.table),
        "key": key_of(place.row.item_id),
        "editable": place.editable,
        "taken": HELD_LISTS,  # kinds of files that no other takes the place of
    }


@transaction.atomic
def _all_added(form: forms.Form, place: EvidenceRow, user: User) -> None:
    """Add the files to the row and to the further clauses chosen, all or none."""
    data = form.cleaned_data
    also = data.get("also", ())
    if isinstance(form, TakeForm):
        links = [services.take_list(row=place.row, key=data["held"], by=user)]
    elif isinstance(form, PickForm):
        pages = {"page": data["page"], "page_end": data["page_end"]}
        links = [services.add_existing(row=place.row, document=document, by=user, **pages) for document in data["document"]]
    else:
        links = []
        for one in per_file(data):
            choose(one["upload"], data["confidentiality"])
            links.append(services.add_upload(row=place.row, upload=one["upload"], title=one["title"], by=user, **_described(data)))
    for link in links:
        services.prove_also(link=link, items=also, by=user)


def _added(form: forms.Form, place: EvidenceRow, user: User) -> bool:
    """Add the files that the form names; turns a refusal into a form error and returns whether it succeeded."""
    try:
        _all_added(form, place, user)
    except Refused as refused:
        if refused.status != Refused.status:
            raise
        if isinstance(form, TakeForm):
            add_refusals(form, refused)
        else:
            form.add_error("document" if isinstance(form, PickForm) else "upload", str(refused))
        return False
    return True


def _described(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("page", "page_end", "passage", "valid_from", "valid_to")}


@require_POST
@at_the_page
def row_evidence_arrived(request: HttpRequest, pk: int, item_id: str, where: str = "table") -> HttpResponse:
    """Link a completed upload to the row; returns the list as a fragment."""
    viewer = viewer_of(request)
    place, form = PLACES[where](viewer, pk, item_id), ArrivedForm(request.POST)
    try:
        require_filler(table=place.table, item_id=item_id, by=viewer.user)
    except Refused as refused:
        return HttpResponse(str(refused), status=refused.status)
    if not form.is_valid():
        return HttpResponse("；".join(str(text) for texts in form.errors.values() for text in texts), status=422)
    upload = get_object_or_404(Upload, key=form.cleaned_data["key"], by=viewer.user, owner=subject_of(place.table))
    try:
        with uploads.completed(upload) as file:
            choose(file, form.cleaned_data["confidentiality"])
            title, asked = form.cleaned_data["title"], form.cleaned_data["also"].split(",")
            also = {key for key, _ in other_clauses(place.row, place.share)}.intersection(asked)
            with transaction.atomic():
                link = services.add_upload(row=place.row, upload=file, title=title, by=viewer.user, **_described(form.cleaned_data))
                services.prove_also(link=link, items=also, by=viewer.user)
    except Refused as refused:
        return HttpResponse(str(refused), status=422 if refused.status == Refused.status else refused.status)
    return render(request, "assessments/evidence/_evidence_files.html", files_context(place))


@require_POST
def row_evidence_step(request: HttpRequest, pk: int, item_id: str, link: int, where: str = "table") -> HttpResponse:
    """Remove a file from under the row, set its page and validity, or replace it by its next version."""
    viewer = viewer_of(request)
    place = PLACES[where](viewer, pk, item_id)
    found = get_object_or_404(RowEvidence.objects.select_related("row__table__district", "document"), pk=link, row=place.row)
    step = request.POST.get("do", "")
    if step == "remove":
        services.remove(link=found, by=viewer.user)
        words, problem = f"已从 {item_id} 移除，材料仍在材料库", False
    elif step not in STEPS:
        words, problem = "没有收到要办理的操作，未改动。请按“保存”“换为新版”或“从本条移除”", True
    else:
        with suppress(Closed):  # which is told beside what was typed
            require_filler(table=place.table, item_id=item_id, by=viewer.user)
        ids = f"file-{found.pk}{'-new' if step == REPLACE else ''}-%s"
        form = ReplaceForm(request.POST, request.FILES, auto_id=ids) if step == REPLACE else DescribeForm(request.POST, auto_id=ids)
        words, problem = _stepped(form, found, viewer.user), False
        if form.errors:
            context = _empty_forms(viewer, place, TypedEvidence.posted(found, request.POST, step)) | {"errors": [form]}
            template = "_drawer_evidence" if in_drawer(request) else "score_evidence"
            return render(request, f"assessments/evidence/{template}.html", context, status=422)
    if in_drawer(request):
        return drawer_panel(request, place, words, problem=problem)
    messages.add_message(request, messages.ERROR if problem else messages.SUCCESS, words)
    return HttpResponseRedirect(place.href)


def _stepped(form: forms.Form, link: RowEvidence, user: User) -> str:
    """Describe or replace a file; returns the success message, empty after a refusal (which becomes a form error)."""
    if not form.is_valid():
        return ""
    data = form.cleaned_data
    try:
        if isinstance(form, ReplaceForm):
            new = services.replace(link=link, upload=data["upload"], by=user, valid_from=data["valid_from"], valid_to=data["valid_to"])
            return f"“{new.title}”已换为第{new.version}版，旧版保留"
        services.describe(link=link, by=user, **_described(data))
    except Refused as refused:
        add_refusals(form, refused)
        return ""
    return "页码、位置和有效期已保存"


@require_safe
def table_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every file of the table with the clauses it proves, and the clauses without evidence."""
    viewer = viewer_of(request)
    table = live_table(viewer, pk)
    missing = unproven(table, viewer.today)
    context = {"table": table, "files": files_in(table, viewer.today), "missing": missing, "editable": may_edit_table(viewer.held, table)}
    return render(request, "assessments/evidence/score_files.html", context)
