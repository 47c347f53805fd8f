"""Pages of a request for missing records: asking, what was asked with the answers, withdrawing."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from approvals.record_requests.enums import LineState, RequestState
from approvals.record_requests.models import RecordRequest
from approvals.record_requests.rules import may_answer, may_ask
from approvals.record_requests.selectors import latest_requests, record_requests_visible_to
from approvals.record_requests.services import against_receivers, answer_lines, ask_for_records, withdraw_request
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed
from greendistrict.core.refusals import RefusalsIn
from greendistrict.policy.rules import reads_check
from greendistrict.workflow.pages import UNPROCESSABLE
from portal.takeover.columns import LINES, LineOnPage
from portal.takeover.forms import AnswersForm, RecordAskForm, WithdrawForm
from portal.takeover.selectors import request_lines, takeover_rows, titled_in_sight, with_requests

PAGE, REQUEST = "portal:takeover", "portal:record_request"


def record_ask(request: HttpRequest, code: str) -> HttpResponse:
    """The officer asks a district for what its record lacks; while a request stands open, the page leads there."""
    viewer = viewer_of(request)
    if not reads_check(viewer.held):
        raise Http404
    district = get_object_or_404(titled_in_sight(viewer), code=code)
    NotAllowed.unless(may_ask(viewer.held), "补录由市级经办请城区办理")
    [row] = with_requests(takeover_rows(District.objects.filter(pk=district.pk), viewer.today), viewer.held, viewer.today)
    latest = latest_requests([district.pk]).get(district.pk)
    unknown = {line.key for line in latest.lines.all() if line.answer == LineState.UNKNOWN} if latest else set()
    form, status = RecordAskForm(request.POST or None, gaps=row.gaps, unknown=unknown), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            given = form.cleaned_data
            with RefusalsIn(form) as refusals:
                made = ask_for_records(district=district, keys=given["lines"], due=given["due"], words=given["words"], by=viewer.user)
                return redirect_saying(request, f"已请{district}补录", REQUEST, made.pk)
            status = refusals.code
    crumbs = [("现有城区补录进度", reverse(PAGE)), (str(district), "")]
    context = {"row": row, "form": form, "blocked": against_receivers(district), "crumbs": crumbs}
    return render(request, "portal/takeover/record_ask.html", context, status=status)


def _seen(viewer: Viewer, pk: int) -> RecordRequest:
    found = record_requests_visible_to(viewer).select_related("district", "asked_by", "withdrawn_by").prefetch_related("lines__answered_by")
    return get_object_or_404(found, pk=pk)


def record_request(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked, line by line, with where it is added; a preparer of the district answers what is not to be found."""
    viewer = viewer_of(request)
    asked = _seen(viewer, pk)
    state, rows = request_lines(viewer, asked)
    form, status = None, 200
    if _takes_answers(viewer, asked, state):
        form = AnswersForm(request.POST if request.method == "POST" else None, rows=rows)
    if request.method == "POST":
        NotAllowed.unless(may_answer(viewer.held, asked.district), "由申报主体填报人答复")
        status = UNPROCESSABLE
        if form is None:
            answer_lines(request=asked, answers={}, by=viewer.user)  # refuses, and says why
        elif form.is_valid():
            with RefusalsIn(form) as refusals:
                number = answer_lines(request=asked, answers=form.answers(), by=viewer.user)
                return redirect_saying(request, f"已答复{number}项" if number else "没有改动", REQUEST, asked.pk)
            status = refusals.code
    shown = [LineOnPage(row, form.fields_of(row.line) if form else ()) for row in rows]
    done = sum(row.state != LineState.MISSING for row in rows)
    context: dict[str, Any] = {
        "asked": asked,
        "state": state,
        "done": done,
        "number": len(rows),
        "lines": LINES.html(LINES.rows_of(shown), viewer.today, RowAddress(), first=1),
        "form": form,
        "is_late": state == RequestState.OPEN and viewer.today > asked.due,
        "may_withdraw": may_ask(viewer.held) and state == RequestState.OPEN,
        "crumbs": [("现有城区补录进度", reverse(PAGE)), (f"{asked.district}补录请求", "")],
    }
    return render(request, "portal/takeover/record_request.html", context, status=status)


def _takes_answers(viewer: Viewer, asked: RecordRequest, state: RequestState) -> bool:
    if state not in {RequestState.OPEN, RequestState.DONE} or not may_answer(viewer.held, asked.district):
        return False
    return latest_requests([asked.district_id]).get(asked.district_id) == asked


def record_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The officer withdraws an open request with a reason."""
    viewer = viewer_of(request)
    asked = _seen(viewer, pk)
    NotAllowed.unless(may_ask(viewer.held), "补录请求由市级经办撤回")
    form, status = WithdrawForm(request.POST or None), 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            with RefusalsIn(form) as refusals:
                withdraw_request(request=asked, reason=form.cleaned_data["withdrawal_reason"], by=viewer.user)
                return redirect_saying(request, "补录请求已撤回", REQUEST, asked.pk)
            status = refusals.code
    page = reverse(REQUEST, args=[asked.pk])
    crumbs = [("现有城区补录进度", reverse(PAGE)), (f"{asked.district}补录请求", page), ("撤回", "")]
    context = {"asked": asked, "form": form, "back": page, "crumbs": crumbs}
    return render(request, "portal/takeover/record_withdraw.html", context, status=status)
