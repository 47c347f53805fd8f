"""Sections of an application as a task list, each done or open, with links."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from approvals.acceptances.facts import visit_facts
from approvals.cases.enums import CaseState
from approvals.cases.facts import endorsement_missing, open_form_review, unanswered, unanswered_questions
from approvals.cases.models.cases import Case
from approvals.cases.rules import (
    is_officer,
    is_secretary,
    is_signer,
    may_answer_questions,
    may_ask_questions,
    may_edit_case,
    may_record_endorsement,
    may_record_visit,
    may_set_mode,
)
from approvals.cases.selectors.materials import MaterialLine, completeness_of
from approvals.common.enums import CaseKind
from approvals.consultations.models import CONSULTED
from assessments.tables.enums import WITH_VERSION
from assessments.tables.lifecycle import TABLE
from greendistrict.accounts.viewer import Viewer


@dataclass(frozen=True)
class TaskSection:
    """One line: name, state in words, link (empty if not for this person)."""

    name: str
    state: str
    done: bool
    href: str = ""


def tasklist_of(viewer: Viewer, case: Case, materials: list[MaterialLine]) -> list[TaskSection]:
    """Sections of a case for people who work on it now."""
    held = viewer.held
    lines = _applicant(viewer, case, materials) if may_edit_case(held, case) or is_signer(held, case) else []
    if case.status == CaseState.ENDORSING and may_record_endorsement(held, case):
        missing = endorsement_missing(case)
        lines.append(TaskSection("登记批复和报送函", "已登记" if not missing else "未登记齐全", not missing, _own("case_endorse", case)))
    if case.status == CaseState.SENT and case.needs_originals and is_officer(held, case):
        done = case.originals_checked_on is not None
        lines.append(TaskSection("核对批复原件", "已核对" if done else "未核对", done, _own("case_originals", case)))
    if case.status == CaseState.ACCEPTED and (is_officer(held, case) or is_secretary(held, case)):
        left = len(open_form_review(case))
        lines.append(TaskSection("形式审查", f"还有{left}项" if left else "已完成", not left, _own("case_form_review", case)))
    if case.status == CaseState.VISITING and may_record_visit(held, case):
        facts = visit_facts(case)
        words = "已完成" if facts["done"] else f"还有{facts['open']}项"
        lines.append(TaskSection("现场核查记录", words, facts["done"], _own("case_visit", case)))
    if may_set_mode(held, case):
        lines.append(TaskSection("批复单位", str(case.get_endorsement_mode_display()), done=True, href=_own("case_mode", case)))
    if case.accepted_at and case.status in CONSULTED and is_officer(held, case):
        rows = list(case.consultations.all())
        waiting = sum(row.is_awaited for row in rows)
        answered = f"{waiting}个部门待答复" if waiting else f"{len(rows)}个部门已答复" if rows else "没有征询"
        lines.append(TaskSection("部门意见", answered, not waiting, _own("case_consult", case)))
    if questions := _questions(viewer, case):
        lines.append(questions)
    return lines


def _questions(viewer: Viewer, case: Case) -> TaskSection | None:
    """预评审: always shown to those who ask; to the applicant only if there are questions."""
    asked, open_ones = case.questions.count(), unanswered_questions(case)
    held = viewer.held
    if not (may_ask_questions(held, case) or (asked and may_answer_questions(held, case))):
        return None
    words = f"{open_ones}个问题待答复" if open_ones else f"{asked}个问题已答复" if asked else "没有提出问题"
    return TaskSection("预评审", words, not open_ones, _own("case_questions", case))


def _applicant(viewer: Viewer, case: Case, materials: list[MaterialLine]) -> list[TaskSection]:
    sections = _gates(case) if case.kind == CaseKind.ACCEPTANCE else _district_sections(case, edits=may_edit_case(viewer.held, case))
    lines = [*sections, *_table(case), *_files(case, materials)]
    if case.status == CaseState.CORRECTING:
        left = unanswered(case)
        lines.insert(0, TaskSection("补正答复", f"还有{left}条" if left else "已逐条答复", not left, _own("case_answer", case)))
    return lines


def _gates(case: Case) -> list[TaskSection]:
    """Lists from which the gates of 八（三） are computed."""
    district, back = case.district, _own("case", case)
    lists = (("key_project_list", "近期重点项目建成投用情况"), ("work_list", "主要道路、管线建成情况"), ("plot_list", "地块建设情况"))
    gates = TaskSection("验收条件核对", "随填随核", done=True, href=reverse("approvals:acceptance_gates", args=[district.code]))
    return [gates, *(TaskSection(label, "按现状填写", done=True, href=_district(name, case, back)) for name, label in lists)]


def _district_sections(case: Case, *, edits: bool) -> list[TaskSection]:
    district, back = case.district, _own("case", case)
    plan = district.plans.order_by("-number").first()
    has_profile, has_plan = bool(district.type and district.area_km2 and district.developable_km2), bool(plan and plan.approved_on)
    profile, plan_page = _district("profile_edit", case, back), _district("plan_edit", case, back)
    if not edits:
        page = reverse("districts:district_detail", kwargs={"code": district.code})
        profile, plan_page = page, f"{page}?tab=plan"
    lines = [
        TaskSection("城区概况", "已填" if has_profile else "未填全", has_profile, profile),
        TaskSection("绿色生态专业规划", "已批准" if has_plan else "未登记批准", has_plan, plan_page),
    ]
    lists = (
        ("plot_list", "地块清单", district.plots.count(), "块"),
        ("key_project_list", "近期重点项目清单", district.key_projects.count(), "个"),
        ("work_list", "市政设施清单", district.works.count(), "条"),
    )
    return lines + [
        TaskSection(label, f"{number}{unit}" if number else "未填", bool(number), _district(name, case, back))
        for name, label, number, unit in lists
    ]


def _table(case: Case) -> list[TaskSection]:
    if case.table is None:
        return []
    done = case.table.status in WITH_VERSION
    words = TABLE.state(case.table.status).label
    return [
        TaskSection(f"评分表（{case.table.get_stage_display()}）", words, done, reverse("assessments:score_table", args=[case.table.pk]))
    ]


def _files(case: Case, materials: list[MaterialLine]) -> list[TaskSection]:
    count = completeness_of(materials)
    star = str(case.get_star_asked_display()) if case.star_asked else "未定"
    return [
        TaskSection("材料", f"{count.have} / {count.wanted}项", count.is_whole, _own("case_files", case)),
        TaskSection("申报星级和理由", star, bool(case.star_asked), _own("case_check", case)),
    ]


def _own(name: str, case: Case) -> str:
    return reverse(f"approvals:{name}", args=[case.pk])


def _district(name: str, case: Case, back: str) -> str:
    return f"{reverse(f'districts:{name}', kwargs={'code': case.district.code})}?{urlencode({'next': back})}"
