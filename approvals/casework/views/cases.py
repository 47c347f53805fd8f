"""The list of cases, its export, opening a case, and the page of a case.

Also here: Sections of an application as a task list, each done or open, with links.
"""

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from approvals.acceptances.facts import latest_visit, visit_facts
from approvals.applications.forms import StartForm
from approvals.applications.services.drafts import start_application
from approvals.applications.views.materials import check_groups
from approvals.cases.bindings import opening_of
from approvals.cases.checklist import HANDED
from approvals.cases.columns import CASE_LIST
from approvals.cases.enums import ANSWERABLE, AT_RECEIPT, CaseState
from approvals.cases.facts import endorsement_missing, open_form_review, unanswered, unanswered_questions
from approvals.cases.lifecycle import state_of
from approvals.cases.models.cases import Case, Correction, Endorsement
from approvals.cases.places import Blocked, CasePlace, blocked
from approvals.cases.rules import (
    is_city,
    is_director,
    is_officer,
    is_secretary,
    is_signer,
    may_announce,
    may_answer_questions,
    may_ask_questions,
    may_edit_case,
    may_record_endorsement,
    may_record_visit,
    may_set_mode,
)
from approvals.cases.selectors import materials as selectors_materials
from approvals.cases.selectors.cases import cases_visible_to
from approvals.cases.selectors.materials import MaterialLine, completeness_of
from approvals.cases.selectors.presence import look_for_rows, may_have
from approvals.cases.verdicts import Verdicts, verdicts_or_none
from approvals.cases.views import crumbs, due_context, handing_over, offers, seen_case, starter
from approvals.casework.forms import CaseFilter
from approvals.casework.letters import letters_of
from approvals.casework.selectors import progress
from approvals.casework.selectors.queue import row_values, seen_by
from approvals.casework.views.kinds import OWN, kind_page
from approvals.common.enums import CaseKind
from approvals.common.wording import EDITION_LOCKED
from approvals.consultations.models import CONSULTED
from approvals.remedies.selectors import after_decision
from approvals.requests.views import asked_context
from approvals.titles.selectors import decision_set_aside, decision_stayed
from assessments.experts.lifecycle import of_applicant
from assessments.reviews.selectors.reviews import reviews_visible_to, sitting_for
from assessments.tables.lifecycle import TABLE
from assessments.tables.models import WITH_VERSION
from assessments.tables.selectors.tables import sees_table
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.lists import RowAddress
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import Refused
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook
from greendistrict.workflow import timeline
from greendistrict.workflow.pages import UNPROCESSABLE
from greendistrict.workflow.services import Offered


def tasklist_of(viewer: Viewer, case: Case, materials: list[MaterialLine]) -> list[CasePlace]:
    """Sections of a case for people who work on it now."""
    held = viewer.held
    lines = _applicant(viewer, case, materials) if may_edit_case(held, case) or is_signer(held, case) else []
    if case.status == CaseState.ENDORSING and may_record_endorsement(held, case):
        missing = endorsement_missing(case)
        lines.append(CasePlace("登记批复和报送函", "已登记" if not missing else "未登记齐全", not missing, _own("case_endorse", case)))
    if case.status == CaseState.SENT and case.needs_originals and is_officer(held, case):
        done = case.originals_checked_on is not None
        lines.append(CasePlace("核对批复原件", "已核对" if done else "未核对", done, _own("case_originals", case)))
    if case.status == CaseState.ACCEPTED and (is_officer(held, case) or is_secretary(held, case)):
        left = len(open_form_review(case))
        lines.append(CasePlace("形式审查", f"还有{left}项" if left else "已完成", not left, _own("case_form_review", case)))
    if case.status == CaseState.VISITING and may_record_visit(held, case):
        facts = visit_facts(case)
        words = "已完成" if facts["done"] else f"还有{facts['open']}项"
        lines.append(CasePlace("现场核查记录", words, facts["done"], _own("case_visit", case)))
    if may_set_mode(held, case):
        lines.append(CasePlace("批复单位", str(case.get_endorsement_mode_display()), done=True, href=_own("case_mode", case)))
    if case.accepted_at and case.status in CONSULTED and is_officer(held, case):
        rows = list(case.consultations.all())
        waiting = sum(row.is_awaited for row in rows)
        answered = f"{waiting}个部门待答复" if waiting else f"{len(rows)}个部门已答复" if rows else "没有征询"
        lines.append(CasePlace("部门意见", answered, not waiting, _own("case_consult", case)))
    if questions := _questions(viewer, case):
        lines.append(questions)
    return lines


def _questions(viewer: Viewer, case: Case) -> CasePlace | None:
    """预评审: always shown to those who ask; to the applicant only if there are questions."""
    asked, open_ones = case.questions.count() if may_have(case, "questions") else 0, unanswered_questions(case)
    held = viewer.held
    entered = open_ones and case.status in ANSWERABLE and is_officer(held, case)
    if not (may_ask_questions(held, case) or entered or (asked and may_answer_questions(held, case))):
        return None
    words = f"{open_ones}个问题待答复" if open_ones else f"{asked}个问题已答复" if asked else "没有提出问题"
    return CasePlace("预评审", words, not open_ones, _own("case_questions", case))


def _applicant(viewer: Viewer, case: Case, materials: list[MaterialLine]) -> list[CasePlace]:
    sections = _gates(case) if case.kind == CaseKind.ACCEPTANCE else _district_sections(case, edits=may_edit_case(viewer.held, case))
    lines = [*sections, *_table(case), *_files(case, materials)]
    if case.status == CaseState.CORRECTING:
        left = unanswered(case)
        lines.insert(0, CasePlace("补正答复", f"还有{left}条" if left else "已逐条答复", not left, _own("case_answer", case)))
    return lines


def _gates(case: Case) -> list[CasePlace]:
    """Lists from which the gates of 八（三） are computed."""
    district, back = case.district, _own("case", case)
    lists = (("key_project_list", "近期重点项目建成投用情况"), ("work_list", "主要道路、管线建成情况"), ("plot_list", "地块建设情况"))
    gates = CasePlace("验收条件核对", "随填随核", done=True, href=reverse("approvals:acceptance_gates", args=[district.code]))
    return [gates, *(CasePlace(label, "按现状填写", done=True, href=_district(name, case, back)) for name, label in lists)]


def _district_sections(case: Case, *, edits: bool) -> list[CasePlace]:
    district, back = case.district, _own("case", case)
    plan = district.plans.order_by("-number").first()
    has_profile, has_plan = bool(district.type and district.area_km2 and district.developable_km2), bool(plan and plan.approved_on)
    profile, plan_page = _district("profile_edit", case, back), _district("plan_edit", case, back)
    if not edits:
        page = reverse("districts:district_detail", kwargs={"code": district.code})
        profile, plan_page = page, f"{page}?tab=plan"
    lines = [
        CasePlace("城区概况", "已填" if has_profile else "未填全", has_profile, profile),
        CasePlace("绿色生态专业规划", "已批准" if has_plan else "未登记批准", has_plan, plan_page),
    ]
    lists = (
        ("plot_list", "地块清单", district.plots.count(), "块"),
        ("key_project_list", "近期重点项目清单", district.key_projects.count(), "个"),
        ("work_list", "市政设施清单", district.works.count(), "条"),
    )
    return lines + [
        CasePlace(label, f"{number}{unit}" if number else "未填", bool(number), _district(name, case, back))
        for name, label, number, unit in lists
    ]


def _table(case: Case) -> list[CasePlace]:
    if case.table is None:
        return []
    done = case.table.status in WITH_VERSION
    words = TABLE.state(case.table.status).label
    return [CasePlace(f"评分表（{case.table.get_stage_display()}）", words, done, reverse("assessments:score_table", args=[case.table.pk]))]


def _files(case: Case, materials: list[MaterialLine]) -> list[CasePlace]:
    count = completeness_of(materials)
    star = str(case.get_star_asked_display()) if case.star_asked else "未定"
    return [
        CasePlace("材料", f"{count.have} / {count.wanted}项", count.is_whole, _own("case_files", case)),
        CasePlace("申报星级和理由", star, bool(case.star_asked), _own("case_check", case)),
    ]


def _own(name: str, case: Case) -> str:
    return reverse(f"approvals:{name}", args=[case.pk])


def _district(name: str, case: Case, back: str) -> str:
    return f"{reverse(f'districts:{name}', kwargs={'code': case.district.code})}?{urlencode({'next': back})}"


EXPORT_ROWS = 20_000


@require_safe
def case_list(request: HttpRequest) -> HttpResponse:
    """Visible cases, filtered by the query string, 50 per page."""
    viewer = viewer_of(request)
    found = CaseFilter(request.GET, queryset=cases_visible_to(viewer), request=request)
    listed = list_context(request, row_values(CASE_LIST.ordered(found.qs, _asked(request))), found.form, export="approvals:case_export")
    page, held = listed["page"], viewer.held
    cases, address = seen_by(viewer, page.object_list), RowAddress("approvals:case")
    context = listed | {
        "cases": cases,
        "dated": any(case.left is not None for case in cases),
        "shown": CASE_LIST.html(CASE_LIST.rows_of(cases), viewer.today, address, first=page.start_index(), query=request.GET),
        "may_announce": may_announce(held),
        "is_city": is_city(held),
        "may_start": held.has(Role.PREPARER),
    }
    return render(request, "approvals/casework/case_list.html", context)


def _asked(request: HttpRequest) -> str:
    """Column by which the reader sorts."""
    return request.GET.get("order", "")


@require_safe
def case_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook; the export is audited."""
    viewer = viewer_of(request)
    found = CaseFilter(request.GET, queryset=cases_visible_to(viewer), request=request)
    cases = seen_by(viewer, row_values(CASE_LIST.ordered(found.qs, _asked(request)))[:EXPORT_ROWS])
    book = CASE_LIST.book(CASE_LIST.rows_of(cases), viewer.today, "办件", f"申报与验收办件（{len(cases)}件）", fixed=3)
    return list_workbook(request, book, name="办件", action="approvals.export", rows=len(cases))


def case_start(request: HttpRequest) -> HttpResponse:
    """Open a draft for one of the districts of the person's own body."""
    viewer = starter(request)
    form = StartForm(request.POST or None, held=viewer.held, initial={"district": request.GET.get("district")})
    if request.method == "POST" and form.is_valid():
        try:
            case = start_application(by=viewer.user, **form.cleaned_data)
        except Refused as refused:
            for refusal in refused.refusals:
                form.add_error(None, f"{refusal.text}{f'：{refusal.remedy}' if refusal.remedy else ''}")
        else:
            return redirect_saying(request, "已建立试点申报，逐项填写后提交审核", "approvals:case", case.pk)
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "approvals/casework/case_start.html", {"form": form, "edition_locked": EDITION_LOCKED}, status=status)


@require_safe
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Page of a case: steps, materials, check, sections, timeline, and the person's possible actions."""
    return case_page(request, seen_case(request, pk))


def case_page(request: HttpRequest, case: Case, *, status: int = 200, **extra: Any) -> HttpResponse:
    """Page of a case of any kind; ``extra``: ``errors`` and ``reason`` of a step that was not taken."""
    if case.kind in OWN:
        return kind_page(request, case, status=status, **extra)
    return render(request, "approvals/casework/case.html", {**case_context(viewer_of(request), case), **extra}, status=status)


def blocked_of(
    viewer: Viewer, case: Case, choices: Iterable[Offered], sections: Iterable[CasePlace], known: Verdicts | None
) -> list[Blocked]:
    """Steps that cannot be taken yet, with what is missing: that by which the case is handed over first, with all its sections.

    Only for people who fill the case in or sign it.
    """
    edits = may_edit_case(viewer.held, case)
    if not (edits or is_signer(viewer.held, case)):
        return []
    over = handing_over(viewer, case, choices, known) if edits else next((one for one in choices if one.action in HANDED), None)
    steps = [over, *(one for one in choices if over is None or one.action != over.action)]
    return [
        blocked(case, step.action, step.label, step.refusals, sections if step is over else ()) for step in steps if step and step.refusals
    ]


def _was_corrected(case: Case) -> bool:
    return may_have(case, "corrections") and case.corrections.exists()


def _corrections(case: Case) -> QuerySet[Correction]:
    return case.corrections.prefetch_related("findings__files__document", "opening").order_by("-round")


def _endorsements(case: Case) -> QuerySet[Endorsement]:
    return case.endorsements.select_related("authority", "approval_scan", "letter_scan")


SHOWN_OFTEN = ("corrections", "notices", "questions", "submissions")


def _read_beside(case: Case) -> None:
    """Read with the case what several parts of its page show."""
    look_for_rows(case)
    prefetch_related_objects([case], *(kind for kind in SHOWN_OFTEN if may_have(case, kind)))
    if case.table is not None:
        case.table.district = case.district


def case_context(viewer: Viewer, case: Case) -> dict[str, Any]:
    """Context of the page of a case."""
    _read_beside(case)
    held, verdicts, records = viewer.held, verdicts_or_none(case, viewer.today), timeline.of_subject(case)
    inside = is_city(held) or is_secretary(held, case)
    notice = max(case.notices.all(), key=attrgetter("pk"), default=None) if may_have(case, "notices") else None
    materials = selectors_materials.materials_of(case)
    return {
        "case": case,
        "crumbs": crumbs(case),
        "state": state_of(case),
        "steps": (steps := progress.steps_of(case, records)),
        "timeline": progress.timeline_of(case, records, viewer.today, outside=not inside),
        "chain": progress.chain_of(case) if inside and case.accepted_at else [],
        "decided": True,
        "must_be_complete": True,
        "materials": materials,
        "completeness": completeness_of(materials),
        "may_widen": case.status in AT_RECEIPT and is_director(held, case) and _was_corrected(case) and not opening_of(case),
        "materials_folded": not (inside and case.status in AT_RECEIPT),
        "material_count": sum(len(line.files) for line in materials),
        "groups": check_groups(case, verdicts, edits=may_edit_case(held, case)),
        "offered": (choices := offers(viewer, case, verdicts)),
        "sections": (sections := tasklist_of(viewer, case, materials)),
        "blocked": blocked_of(viewer, case, choices, sections, verdicts),
        "awaited": progress.awaited_of(case, steps, records, viewer.today, outside=not inside),
        "corrections": _corrections(case) if may_have(case, "corrections") else [],
        "endorsements": _endorsements(case) if may_have(case, "endorsements") else [],
        "notice": notice,
        "objections": notice.objections.all() if notice and inside else [],
        "letters": letters_of(case, inside=inside),
        "line": getattr(case, "announcement_line", None) if may_have(case, "announcement_line") else None,
        **after_decision(case),
        "may_edit": may_edit_case(held, case),
        "opens_table": bool(case.table and viewer.once(sees_table, case.table.pk)),
        "opens_review": bool(case.review and reviews_visible_to(viewer).filter(pk=case.review.pk).exists()),
        "panel": sitting_for(case.review, viewer) if case.review else [],
        "reads_recusals": bool(case.table) and (inside or of_applicant(held, case.district)),
        "inside": inside,
        "may_answer": is_officer(held, case),
        **due_context(viewer, case),
        "visit": latest_visit(case),
        "may_cancel": case.kind == CaseKind.ACCEPTANCE
        and case.status == CaseState.FAILED
        and is_officer(held, case)
        and not decision_set_aside(case)
        and not decision_stayed(case),
        **asked_context(viewer, case),
    }
