"""Files under a clause of a score table."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from assessments.forms.evidence import PickForm, UploadForm
from assessments.models import RowEvidence, ScoreRow, ScoreTable
from assessments.rules.tables import may_edit_table, sees_live_rows
from assessments.services import row_evidence as services
from assessments.services.cells import item_of
from assessments.views.tables import seen_table
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.core.errors import Refused
from greendistrict.documents.forms import WARNING

UPLOAD, PICK = "upload", "pick"


def _row(user: User, pk: int, item_id: str) -> tuple[ScoreTable, ScoreRow]:
    table = seen_table(user, pk)
    if not sees_live_rows(user, table):
        raise Http404
    return table, get_object_or_404(ScoreRow, table=table, item_id=item_id)


@login_required
@require_http_methods(["GET", "POST"])
def row_evidence(request: HttpRequest, pk: int, item_id: str) -> HttpResponse:
    """Files of a row; a post uploads a new one or picks one of the library."""
    user = signed_in(request)
    table, row = _row(user, pk, item_id)
    picking = request.POST.get("do") == PICK
    posted = request.method == "POST"
    upload = UploadForm(request.POST, request.FILES, prefix=UPLOAD) if posted and not picking else UploadForm(prefix=UPLOAD)
    pick = PickForm(request.POST, prefix=PICK, table=table) if posted and picking else PickForm(prefix=PICK, table=table)
    form: UploadForm | PickForm = pick if picking else upload
    if posted and form.is_valid() and _added(form, row, user):
        messages.success(request, f"{item_id} 的佐证材料已加入")
        return HttpResponseRedirect(reverse("assessments:row_evidence", args=[pk, item_id]))
    context = {
        "table": table,
        "row": row,
        "item": item_of(table, item_id),
        "files": row.evidence.select_related("document").order_by("pk"),
        "upload": upload,
        "pick": pick,
        "errors": [form] if posted else [],
        "editable": may_edit_table(user, table),
        "warning": WARNING,
    }
    return render(request, "assessments/score_evidence.html", context, status=422 if posted else 200)


def _added(form: UploadForm | PickForm, row: ScoreRow, user: User) -> bool:
    """Add what the form names; a refusal becomes the form's error."""
    data = form.cleaned_data
    try:
        if isinstance(form, PickForm):
            services.add_existing(row=row, document=data["document"], page=data["page"], by=user)
        else:
            services.add_upload(row=row, upload=data["upload"], title=data["title"], page=data["page"], by=user)
    except Refused as refused:
        if refused.status != Refused.status:
            raise
        form.add_error("document" if isinstance(form, PickForm) else "upload", str(refused))
        return False
    return True


@login_required
@require_POST
def row_evidence_remove(request: HttpRequest, pk: int, item_id: str, link: int) -> HttpResponse:
    """Take a file from under the row."""
    user = signed_in(request)
    _, row = _row(user, pk, item_id)
    found = get_object_or_404(RowEvidence.objects.select_related("row__table", "document"), pk=link, row=row)
    services.remove(link=found, by=user)
    messages.success(request, f"已从 {item_id} 移除，材料仍在材料库")
    return HttpResponseRedirect(reverse("assessments:row_evidence", args=[pk, item_id]))
