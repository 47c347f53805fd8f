"""Page to correct a recorded title, and the director's check."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from approvals.corrections.forms import RecordedTitleForm
from approvals.corrections.services import propose_correction
from approvals.titles.models.corrections import TitleCorrection
from approvals.titles.recorded import changed_lines
from approvals.titles.selectors import may_correct, titles_visible_to
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.refusals import RefusalsIn
from greendistrict.workflow.pages import UNPROCESSABLE
from greendistrict.workflow.second_person_pages import check_page

METHODS = ["GET", "HEAD", "POST"]


def title_correction(request: HttpRequest, pk: int) -> HttpResponse:
    """The facts of a recorded title in a form; while a correction waits for its check, that one instead."""
    viewer = viewer_of(request)
    title = get_object_or_404(titles_visible_to(viewer).select_related("district", "announcement"), pk=pk)
    if not may_correct(viewer.held, title):
        raise Http404
    waiting = TitleCorrection.objects.waiting().filter(title=title).select_related("recorded_by").first()
    form, status = RecordedTitleForm(request.POST or None, request.FILES or None, title=title), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            values: dict[str, Any] = dict(form.cleaned_data)
            with RefusalsIn(form) as refusals:
                scan, reason = values.pop("scan"), values.pop("reason")
                propose_correction(title=title, facts=values, reason=reason, scan=scan, by=viewer.user)
                return redirect_saying(request, "已提出，由市级审定核对后更正", "approvals:title", title.pk)
            status = refusals.code
    context = {
        "title": title,
        "form": form if form.is_bound or not waiting else None,
        "waiting": waiting,
        "lines": changed_lines(waiting.before, waiting.after) if waiting else None,
        "crumbs": [
            ("称号", reverse("approvals:title_list")), (str(title), reverse("approvals:title", args=[title.pk])), ("更正补录", "")
        ],
    }  # fmt: skip
    return render(request, "approvals/corrections/title_correction.html", context, status=status)


@require_http_methods(METHODS)
def title_correction_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a correction: from then on the title has these facts."""
    return _second_person(request, pk)


@require_http_methods(METHODS)
def title_correction_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a correction back with a reason; the title stays as it is recorded."""
    return _second_person(request, pk, returning=True)


def _second_person(request: HttpRequest, pk: int, *, returning: bool = False) -> HttpResponse:
    rows = TitleCorrection.objects.waiting().select_related("title__district", "title__announcement", "scan", "recorded_by")

    def back(row: TitleCorrection) -> str:
        return reverse("approvals:title", args=[row.title_id])

    def beside(row: TitleCorrection) -> dict[str, Any]:
        return {"lines": changed_lines(row.before, row.after)}

    template = "approvals/corrections/correction_check.html"
    return check_page(request, rows, pk, template, back=back, beside=beside, returning=returning)
