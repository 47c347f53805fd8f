"""取消与撤销: proposals and candidates, opening a case, its grounds, and recording city assessments from paper."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.rules import is_city, is_officer
from approvals.cases.selectors.cases import losses_under_way
from approvals.cases.views import crumbs, posted, seen_case, typed_version
from approvals.common.enums import CaseKind, LossGround
from approvals.losses.city_assessments import FACTS, FAILURES, REVOKED, city_results, failures_in_a_row, revocation_verdicts
from approvals.losses.columns import LOSS_LIST
from approvals.losses.forms import GroundsForm, RecordAssessmentForm
from approvals.losses.models import RecordedAssessment
from approvals.losses.selectors import LostInYear, cancel_proposals, revocation_candidates, titles_lost
from approvals.losses.services import open_loss, record_assessment, save_grounds
from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.answers import redirect_saying
from greendistrict.core.bullet_chart import Bullet
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.pictures import BarPicture
from greendistrict.core.refusals import add_refusals
from greendistrict.policy.engine import NoPolicyInForce, Verdict
from greendistrict.policy.enums import Outcome
from greendistrict.policy.in_force import policy_in_force
from greendistrict.policy.wording import FAILS, HOLDS
from greendistrict.workflow.pages import UNPROCESSABLE
from greendistrict.workflow.second_person_pages import check_page

METHODS = ["GET", "HEAD", "POST"]
HALVES = {"not_implemented_finding": "未按要求实施", FAILURES: "市级评估连续不合格"}


@require_safe
def loss_list(request: HttpRequest) -> HttpResponse:
    """Open cases, failed acceptances (proposals to cancel), and districts with repeated failures."""
    viewer = viewer_of(request)
    held = viewer.held
    if not is_city(held):
        raise Http404
    under_way = LOSS_LIST.rows_of(losses_under_way())
    context = {
        "under_way": under_way,
        "shown": LOSS_LIST.html(under_way, viewer.today, RowAddress("approvals:case")),
        "proposals": cancel_proposals(),
        "candidates": revocation_candidates(viewer.today),
        "may_open": held.has(Role.CITY_OFFICER),
        "lost": [_lost(rows, viewer.today, demo=demo) for demo, rows in titles_lost(viewer.today).items()],
    }
    return render(request, "approvals/losses/loss_list.html", context)


def _lost(found: Sequence[LostInYear], day: dt.date, *, demo: bool) -> BarPicture:
    """Titles lost by year, of real or of fictional districts, which are not added up."""
    rows = [Bullet(row.words, row.revoked, row.lost) for row in found]
    title, source = f"{'虚构' if demo else '真实'}城区失去的称号", "称号登记，停止执行的决定不计"
    return BarPicture(title, rows, "年份", "撤销", "取消和撤销合计", "个", source, day, is_demo=demo)


@require_POST
def loss_open_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a case to cancel the title after a failed acceptance."""
    acceptance = seen_case(request, pk, CaseKind.ACCEPTANCE)
    case = open_loss(district=acceptance.district, ground=LossGround.CANCEL, by=signed_in(request), acceptance=acceptance)
    return redirect_saying(request, "已启动取消称号程序，填写事实和依据后提交审核", "approvals:loss_grounds", case.pk)


@require_POST
def loss_open_revoke(request: HttpRequest, code: str) -> HttpResponse:
    """Open a case to revoke the title of a district."""
    user = signed_in(request)
    district = get_object_or_404(districts_visible_to(viewer_of(request)), code=code)
    case = open_loss(district=district, ground=LossGround.REVOKE, by=user)
    return redirect_saying(request, "已启动撤销称号程序，填写事实、依据和认定后提交审核", "approvals:loss_grounds", case.pk)


def loss_grounds(request: HttpRequest, pk: int) -> HttpResponse:
    """事实和依据, editable while the officer drafts."""
    viewer, case = viewer_of(request), seen_case(request, pk, CaseKind.LOSS)
    NotAllowed.when(case.status != CaseState.DRAFT or not is_officer(viewer.held, case), "事实和依据由市级经办在拟办时填写")
    form = GroundsForm(request.POST or None, request.FILES or None, case=case, today=viewer.today)
    context = {"case": case, "form": form, "version": case.version, "crumbs": crumbs(case, ("事实和依据", "")), **_failures(viewer, case)}
    context["proofs"] = [row.document for row in case.documents.filter(slot=FACTS).select_related("document").order_by("pk")]
    return posted(
        request,
        "approvals/losses/loss_grounds.html",
        context,
        lambda: save_grounds(case=case, by=viewer.user, version=typed_version(request), **form.cleaned_data),
        done="已保存事实和依据",
    )


def _failures(viewer: Viewer, case: Case) -> dict[str, Any]:
    today = viewer.today
    return {"results": city_results(case.district, today), "failed": failures_in_a_row(case.district, today)}


def assessment_record(request: HttpRequest, code: str) -> HttpResponse:
    """补录 of city assessments held on paper or before the portal, with the list of known ones."""
    viewer = viewer_of(request)
    district = get_object_or_404(districts_visible_to(viewer), code=code)
    if not viewer.held.has(Role.CITY_OFFICER):
        raise Http404
    form = RecordAssessmentForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                kept = record_assessment(district=district, by=viewer.user, **form.cleaned_data)
            except Refused as refused:
                status = refused.status
                add_refusals(form, refused)
            else:
                return redirect_saying(request, f"已补录：{kept}。市级另一人核对后计入", "approvals:assessment_record", district.code)
    waiting = RecordedAssessment.objects.waiting().filter(district=district).select_related("recorded_by")
    context = {"district": district, "form": form, "results": city_results(district, viewer.today), "waiting": waiting}
    return render(request, "approvals/losses/assessment_record.html", context, status=status)


@require_http_methods(METHODS)
def recorded_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check a recorded assessment that somebody else entered."""
    return _second_person(request, pk)


@require_http_methods(METHODS)
def recorded_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a recorded assessment back that somebody else entered."""
    return _second_person(request, pk, returning=True)


def _second_person(request: HttpRequest, pk: int, *, returning: bool = False) -> HttpResponse:
    rows = RecordedAssessment.objects.waiting().select_related("district", "document", "recorded_by")
    return check_page(request, rows, pk, "approvals/losses/recorded_check.html", back=reverse("approvals:loss_list"), returning=returning)


def loss_context(viewer: Viewer, case: Case) -> dict[str, Any]:
    """Context of the page of a loss of title, in addition to that of every case."""
    loss = case.loss
    context: dict[str, Any] = {
        "loss": loss,
        "groups": _groups(viewer, case),
        "may_write": case.status == CaseState.DRAFT and is_officer(viewer.held, case),
    }
    if loss.ground == LossGround.REVOKE:
        context |= _failures(viewer, case)
    return context


def _groups(viewer: Viewer, case: Case) -> list[dict[str, Any]]:
    if case.loss.ground != LossGround.REVOKE:
        return []
    day = case.decided_on or viewer.today
    try:
        verdicts = revocation_verdicts(case.loss, day)
    except NoPolicyInForce:
        return []
    asked = policy_in_force(day).rule(REVOKED).tests
    halves = [replace(verdict, title=HALVES.get(test.fact.name, verdict.title)) for test, verdict in zip(asked, verdicts, strict=True)]
    return [{"title": "", "note": "", "verdicts": [_against_the_holder(half) for half in halves]}]


def _against_the_holder(verdict: Verdict) -> dict[str, Any]:
    """Verdict from the view of the loss: a condition that is met is shown as proven against the holder, not in green."""
    proven = verdict.verdict == Outcome.PASS
    shown = {"look": "proven" if proven else "unproven", "required": "查实" if verdict.required == HOLDS else verdict.required}
    return {**vars(verdict), **shown, "found": verdict.found if verdict.found not in {HOLDS, FAILS} else "已查实" if proven else "未查实"}
