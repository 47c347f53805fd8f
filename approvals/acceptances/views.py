"""终期验收: gates of a district, pilots ready for acceptance, and the site visit (made for phones)."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from approvals.acceptances.facts import gates_of, latest_visit
from approvals.acceptances.forms import CloseVisitForm
from approvals.acceptances.models import SiteVisit, VisitFinding, VisitRow
from approvals.acceptances.selectors import groups_of, ready_districts, without_baseline
from approvals.acceptances.services import NONE_TO_CLOSE, WHO_RECORDS, add_photo, close_visit, save_row, start_acceptance
from approvals.cases.enums import CaseState
from approvals.cases.models.cases import CLOSED_STATES
from approvals.cases.rules import is_city, may_record_visit
from approvals.cases.selectors.cases import cases_visible_to
from approvals.cases.views import crumbs, posted, seen_case, typed_version
from approvals.common.enums import CaseKind
from districts.file.models.district import District
from districts.file.rules import is_preparer, may_edit_district, may_read_file
from districts.file.selectors.visibility import districts_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core import clock
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Closed, NotAllowed, Refused, Stale
from greendistrict.documents.forms import level_name, too_many
from greendistrict.documents.upload_levels import choose
from greendistrict.policy.engine import NoPolicyInForce, blocking
from greendistrict.policy.enums import Outcome
from greendistrict.workflow.pages import UNPROCESSABLE


def acceptance_gates(request: HttpRequest, code: str) -> HttpResponse:
    """验收条件核对: each gate over the frozen baseline, with the button that opens an acceptance."""
    viewer = viewer_of(request)
    district = get_object_or_404(districts_visible_to(viewer), code=code)
    held = viewer.held
    if not may_read_file(held, district):
        raise Http404
    refusals: tuple[Any, ...] = ()
    if request.method == "POST":
        try:
            case = start_acceptance(district=district, by=viewer.user)
        except Refused as refused:
            refusals = refused.refusals
        else:
            return redirect_saying(request, "已建立终期验收，填写评分表和材料后提交审核", "approvals:case", case.pk)
    context = {**gate_context(viewer, district, edits=may_edit_district(held, district)), "refusals": refusals}
    under_way = cases_visible_to(viewer).filter(district=district, kind=CaseKind.ACCEPTANCE).exclude(status__in=CLOSED_STATES)
    context["case"] = under_way.first()
    context["may_start"] = is_preparer(held, district) or held.has(Role.CITY_OFFICER)
    return render(request, "approvals/acceptances/acceptance_gates.html", context, status=409 if refusals else 200)


def gate_context(viewer: Viewer, district: District, *, edits: bool) -> dict[str, Any]:
    """Gates as context of ``components/check.html``; with links only for people who edit the district's file."""
    try:
        verdicts = gates_of(district, viewer.today)
    except NoPolicyInForce as refused:
        return {"district": district, "groups": [], "no_policy": refused.refusals}
    asked = [verdict for verdict in verdicts if verdict.verdict != Outcome.NOT_APPLICABLE]
    rows = [{**vars(verdict), "look": verdict.look, "href": verdict.href if edits else ""} for verdict in asked]
    group = {"title": "", "note": "", "verdicts": rows}
    baselines = district.baselines.filter(kind="pilot").order_by("number")
    unknown = sum(verdict.look == "no_data" for verdict in blocking(asked))
    unmet = len(blocking(asked)) - unknown
    standing = "，".join(words for count, words in ((unmet, f"还差{unmet}项"), (unknown, f"资料不足{unknown}项")) if count) or "全部满足"
    return {"district": district, "groups": [group], "standing": standing, "baselines": list(baselines)}


@require_safe
def acceptance_ready(request: HttpRequest) -> HttpResponse:
    """Pilots that meet every gate and have no acceptance, for the city to open one."""
    viewer = viewer_of(request)
    if not is_city(viewer.held):
        raise Http404
    districts = districts_visible_to(viewer)
    return render(
        request,
        "approvals/acceptances/acceptance_ready.html",
        {"rows": ready_districts(districts, viewer.today), "unknown": without_baseline(districts)},
    )


@require_safe
def case_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """现场核查: the checklist by group, each line with finding, note and photos; laid out for phones."""
    viewer, case = viewer_of(request), seen_case(request, pk, CaseKind.ACCEPTANCE)
    visit = latest_visit(case)
    if visit is None:
        raise Http404
    groups = groups_of(visit)
    context = {
        "case": case,
        "visit": visit,
        "groups": groups,
        "findings": VisitFinding.choices,
        "may_record": may_record_visit(viewer.held, case) and visit.closed_at is None and case.status == CaseState.VISITING,
        "open": sum(row.required and not row.finding for group in groups for row in group.rows),
        "crumbs": crumbs(case, ("现场核查", "")),
    }
    return render(request, "approvals/acceptances/visit.html", context)


def _row(request: HttpRequest, pk: int, row: int) -> VisitRow:
    case = seen_case(request, pk, CaseKind.ACCEPTANCE)
    return get_object_or_404(VisitRow.objects.select_related("visit__case__district"), pk=row, visit__case=case)


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


@require_POST
def visit_row(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Save one line; answers JSON to the page's upload queue, or redirects when the browser runs no scripts."""
    found = _row(request, pk, row)
    version = typed_version(request)
    finding, note = request.POST.get("finding", ""), request.POST.get("note", "")
    try:
        kept = save_row(row=found, by=signed_in(request), finding=finding, note=note, version=-1 if version is None else version)
    except Refused as refused:
        if not _wants_json(request):
            raise
        return JsonResponse(_answer(refused), status=refused.status)
    if not _wants_json(request):
        return redirect_saying(request, f"已保存：{kept.title}", f"{reverse('approvals:case_visit', args=[pk])}#row-{kept.pk}")
    words = kept.get_finding_display() if kept.finding else "未填"
    saved = kept.saved_at.astimezone(clock.SHANGHAI).strftime("%H:%M:%S") if kept.saved_at else ""
    return JsonResponse({"version": kept.version, "saved": saved, "finding": words})


def _answer(refused: Refused) -> dict[str, Any]:
    answer: dict[str, Any] = {"text": str(refused), "closed": isinstance(refused, Closed)}
    if isinstance(refused, Stale) and isinstance(refused.current, VisitRow):
        current = refused.current
        answer |= {"version": current.version, "finding": current.finding, "note": current.note, "by": str(current.saved_by or "")}
    return answer


@require_POST
def visit_photo(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    """Store a photo; a repeated upload with the same token is stored once."""
    found, uploads = _row(request, pk, row), request.FILES.getlist("photo")
    token = _token(request.POST.get("token", ""))
    try:
        NotAllowed.unless(may_record_visit(viewer_of(request).held, found.visit.case), WHO_RECORDS)  # before what was sent is looked at
        if not uploads or token is None:
            return JsonResponse({"text": "请选择照片"}, status=UNPROCESSABLE)
        Refused.when(words := too_many(uploads), words)
        with transaction.atomic():
            for at, upload in enumerate(uploads):  # scripts send one at a time; a browser without them all at once
                choose(upload, request.POST.get(level_name("photo"), ""))
                photo = add_photo(row=found, by=signed_in(request), upload=upload, token=uuid.uuid4() if at else token)
    except Refused as refused:
        if not _wants_json(request):
            raise
        return JsonResponse(_answer(refused), status=refused.status)
    if not _wants_json(request):
        return redirect_saying(request, "已上传照片", f"{reverse('approvals:case_visit', args=[pk])}#row-{row}")
    context = {"photo": photo}
    return JsonResponse({"html": render(request, "approvals/acceptances/_visit_photo.html", context).content.decode()})


def _token(text: str) -> uuid.UUID | None:
    """Upload token sent by the browser; None if it runs no scripts."""
    try:
        return uuid.UUID(text) if text else uuid.uuid4()
    except ValueError:
        return None


def visit_close(request: HttpRequest, pk: int) -> HttpResponse:
    """完成现场核查: participants, summary and the signed record."""
    viewer, case = viewer_of(request), seen_case(request, pk, CaseKind.ACCEPTANCE)
    visit = latest_visit(case)
    if visit is None or not may_record_visit(viewer.held, case):
        raise Http404
    if request.method != "POST" and (visit.closed_at is not None or case.status != CaseState.VISITING):
        messages.warning(request, NONE_TO_CLOSE)
        return redirect("approvals:case_visit", case.pk)
    initial = {"members": visit.members, "note": visit.note}
    form = CloseVisitForm(request.POST or None, request.FILES or None, case=case, today=viewer.today, initial=initial)
    context = _close_context(visit, form)
    return posted(
        request,
        "approvals/acceptances/visit_close.html",
        context,
        lambda: close_visit(case=case, by=viewer.user, version=typed_version(request), **form.cleaned_data),
        done="现场核查已完成，可以提请终期验收评审",
    )


def _close_context(visit: SiteVisit, form: CloseVisitForm) -> dict[str, Any]:
    case = visit.case
    back = ("现场核查", reverse("approvals:case_visit", args=[case.pk]))
    return {"case": case, "visit": visit, "form": form, "version": case.version, "crumbs": crumbs(case, back, ("完成核查", ""))}
