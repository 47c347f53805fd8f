"""Settings with their proposals, and what a change would affect."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from approvals.cases.lifecycle import needs_check
from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.cases.models.correspondence import Objection
from approvals.cases.rules import reads_settings
from approvals.changes.selectors import NEXT
from approvals.common.duties import AffectedGroup, duties
from approvals.consultations.models import AWAITED, Consultation
from approvals.settings.lifecycle import SETTING
from approvals.settings.models import OPEN_PROPOSALS, SettingProposal
from approvals.titles.models.publicity import Title
from assessments.inspections.models import InspectionFinding, InspectionFindingState
from assessments.post_evaluations.models import PostEvaluation
from assessments.reviews.enums import ReviewState
from assessments.reviews.models import Review
from assessments.self_checks.models import SelfCheck, SelfCheckState
from assessments.stage_assessments.models import ENDED, StageAssessment, StageState
from assessments.yearly_reports.models import YearlyReport, YearlyReportState
from districts.common.enums import Stage
from districts.facts.facts import facts_of_many
from districts.file.models.district import District
from districts.file.selectors.visibility import authorities_choosable
from greendistrict.accounts.acting import named
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Post
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.memoisation import held_reads
from greendistrict.policy import parameters
from greendistrict.policy.engine import ask, facts_asked
from greendistrict.policy.enums import Outcome, PolicyStep
from greendistrict.policy.facts import Facts
from greendistrict.policy.models import SettingChange
from greendistrict.policy.rule_parameters import RuleParameter, readings, rule_parameters, with_value
from greendistrict.policy.selectors import (
    ParameterRow,
    reading_setting_rows,
    reminder_setting_rows,
    rule_setting_rows,
    setting_label,
    setting_rows,
    setting_value,
)
from greendistrict.policy.types import QUALIFY
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task

# Impact of another number in a policy rule: districts whose verdict changes, computed by the engine from today's facts.

SHOWN = 5
ASKED_LATER = (Stage.DEMONSTRATION,)


def rule_touches(key: str, value: Decimal | None, today: dt.date) -> list[AffectedGroup]:
    """Districts to which the rule applies today; with ``value`` also those whose verdict would change."""
    found = rule_parameters()[key]
    now = parameters.get(key).value
    working = District.objects.filter(guideline_area=False, applicant__isnull=False).exclude(stage__in=ASKED_LATER)
    districts = [
        district
        for district in working.order_by("name_pinyin", "pk")
        if found.rule.step in NEXT.get(Stage(district.stage), (PolicyStep.FILE,))
        and (not found.rule.applies_to or district.type in found.rule.applies_to)
    ]
    facts = facts_of_many(districts, today, lambda _: facts_asked(found.rule))
    known = {district: Facts(facts[district.pk]) for district in districts}
    before = {district: _holds(found, now, known[district]) for district in districts}
    total = AffectedGroup("今天要核对这一条的城区", len(districts), reverse("portal:policy_rule", args=[found.rule.id]))
    if value is None:
        return [total, AffectedGroup("其中现在满足的", sum(before.values()))]
    after = {district: _holds(found, value, known[district]) for district in districts}
    lost = [district.name for district in districts if before[district] and not after[district]]
    won = [district.name for district in districts if after[district] and not before[district]]
    return [total, AffectedGroup(_named("由满足变为未满足", lost), len(lost)), AffectedGroup(_named("由未满足变为满足", won), len(won))]


def _holds(found: RuleParameter, value: Decimal, facts: Facts) -> bool:
    return ask(with_value(found.rule, value), facts).verdict == Outcome.PASS


def _named(words: str, names: list[str]) -> str:
    shown = "、".join(names[:SHOWN])
    return f"{words}：{shown}{'等' if len(names) > SHOWN else ''}" if names else words


# Impact of a change of a setting: affected districts and objects, counted before the decision and stored with the proposal.


def _cases(*states: str) -> int:
    return Case.objects.exclude(status__in=CLOSED_STATES).filter(status__in=states).count()


def _case_link(*states: str) -> str:
    return f"{reverse('approvals:case_list')}?{'&'.join(f'status={state}' for state in states)}"


def _handling() -> list[AffectedGroup]:
    return [AffectedGroup("在受理和形式审查的办件，办理期限重算", _cases("sent", "accepted"), _case_link("sent", "accepted"))]


def _supplement() -> list[AffectedGroup]:
    return [
        AffectedGroup("待受理和已受理的办件，以后的补正按新值", _cases("sent", "accepted"), _case_link("sent", "accepted")),
        AffectedGroup("待补正的办件，已发出的期限不变", _cases("correcting"), _case_link("correcting")),
    ]


def _publicity() -> list[AffectedGroup]:
    return [
        AffectedGroup("审查有结论、尚未公示的办件", _cases("reviewed"), _case_link("reviewed")),
        AffectedGroup("公示中的办件，已开始的公示不变", _cases("notice"), _case_link("notice")),
    ]


def _terms_of(words: str, *states: str) -> Callable[[], list[AffectedGroup]]:
    """Cases in the given states; their last day would be recomputed."""
    return lambda: [AffectedGroup(words, _cases(*states), _case_link(*states))]


def _countersigning() -> list[AffectedGroup]:
    waiting = SelfCheck.objects.filter(status=SelfCheckState.COUNTERSIGNING).count()
    return [AffectedGroup("待会签的年度自查，会签期限重算", waiting, reverse("assessments:selfcheck_list"))]


def _receiving() -> list[AffectedGroup]:
    checks = SelfCheck.objects.filter(status=SelfCheckState.FILED).count()
    reports = YearlyReport.objects.filter(status=YearlyReportState.FILED).count()
    return [
        AffectedGroup("待接收的年度自查，接收期限重算", checks, reverse("assessments:selfcheck_list")),
        AffectedGroup("待接收的年度报告，接收期限重算", reports, reverse("assessments:yearly_report_list")),
    ]


def _rechecking() -> list[AffectedGroup]:
    stages = StageAssessment.objects.filter(status=StageState.RECHECKING).count()
    findings = InspectionFinding.objects.filter(status=InspectionFindingState.REPLIED).count()
    return [
        AffectedGroup("待复核整改的阶段评估，复核期限重算", stages, reverse("assessments:stage_list")),
        AffectedGroup("待复核的监督检查问题，复核期限重算", findings, reverse("assessments:inspection_list")),
    ]


def _consulting() -> list[AffectedGroup]:
    return [AffectedGroup("待答复的部门意见，已发出的期限不变", Consultation.objects.filter(AWAITED).count())]


def _objections() -> list[AffectedGroup]:
    return [AffectedGroup("待答复的公示意见", Objection.objects.filter(replied_at__isnull=True).count())]


def _reviews() -> list[AffectedGroup]:
    return [
        AffectedGroup("未结束的专家评审", Review.objects.exclude(status=ReviewState.CONCLUDED).count(), reverse("assessments:review_list"))
    ]


def _chain() -> list[AffectedGroup]:
    return [AffectedGroup("待审核和待审定的办件", _cases("checking", "deciding", "legal"), _case_link("checking", "deciding"))]


def _titled() -> int:
    return Title.objects.filter(end="").count()


def _owing(kind: str, words: str) -> list[AffectedGroup]:
    """Titled districts that owe a yearly report in the portal."""
    owing = _working_titles().count()
    return [AffectedGroup(words, owing, f"{reverse('obligations:obligation_list')}?kind={kind}")]


def _working_titles() -> QuerySet[Title]:
    return Title.objects.filter(end="", district__applicant__isnull=False, district__guideline_area=False)


def _operation_reports() -> list[AffectedGroup]:
    return _owing("operation_report", "报运营工作报告的城区")


def _carbon_reports() -> list[AffectedGroup]:
    """Carbon reports owed by the leading bodies (七（三）4), grouped by district."""
    bodies = _working_titles().exclude(district__authorities=None).values("district__authorities").distinct().count()
    return [AffectedGroup("报碳排放核查报告的实施主体", bodies), *_owing("carbon_verification", "其所辖报碳排放核查报告的城区")]


def _yearly_plans() -> list[AffectedGroup]:
    """Leading bodies with users in the portal; they owe the yearly plan (六（三）)."""
    own = Q(organisation=OuterRef("pk")) | Q(organisation__parent=OuterRef("pk"))
    bodies = authorities_choosable().filter(Exists(Post.objects.filter(own, role=Role.AUTHORITY)))
    return [AffectedGroup("上报年度实施计划的实施主体", bodies.count(), reverse("districts:plan_watch"))]


def _self_checks() -> list[AffectedGroup]:
    waiting = SelfCheck.objects.exclude(status=SelfCheckState.RECEIVED).count()
    return [
        *_owing("self_check", "报年度自查的城区"),
        AffectedGroup("未办结的年度自查", waiting, reverse("assessments:selfcheck_list")),
    ]


def _stages() -> list[AffectedGroup]:
    waiting = StageAssessment.objects.exclude(status__in=ENDED).count()
    return [
        AffectedGroup("现有称号的城区", _titled(), reverse("approvals:title_list")),
        AffectedGroup("未办结的阶段评估", waiting, reverse("assessments:stage_list")),
    ]


def _post_evaluations() -> list[AffectedGroup]:
    waiting = PostEvaluation.objects.filter(concluded_at=None).count()
    return [AffectedGroup("未办结的后评估", waiting, reverse("assessments:post_list"))]


QUALIFYING = {"STAGE-ASSESSMENT": _stages, "POST-EVALUATION": _post_evaluations}  # by rule: whose conclusions the reading allows


def _titles() -> list[AffectedGroup]:
    return [AffectedGroup("现有称号的城区", _titled(), reverse("approvals:title_list"))]


def _archived() -> list[AffectedGroup]:
    closed = Case.objects.filter(status__in=CLOSED_STATES, number__isnull=False).count()
    return [AffectedGroup("已办结的办件，以后归档按新值；已给出的案卷号不变", closed, reverse("reports:archive_list"))]


# Previews by the first word of a key (or the whole key); a test checks that every key has one.
CONCERNS: dict[str, Callable[[], list[AffectedGroup]]] = {
    "plan_due": _yearly_plans,
    "approval_chain": _chain,
    "form_review_days": _handling,
    "supplement": _supplement,
    "consult_days": _consulting,
    "plot_consult_days": _titles,
    "publicity": _publicity,
    "objection_reply_days": _objections,
    "hearing_days": _chain,
    "decide_days": _chain,
    "notice_days": _terms_of("审查有结论和公示中的办件，办理期限重算", "reviewed", "notice"),
    "announce_days": _terms_of("已审定、待公告的办件，公告期限重算", "decided", "served"),
    "serve_days": _terms_of("已决定、待送达的办件，送达期限重算", "decided"),
    "disclosure_serve_days": list,  # previewed by the obligations app: requests belong to an app on a higher layer
    "weigh_days": _terms_of("待复核陈述申辩的办件，复核期限重算", "hearing", "heard"),
    "cancel_start_days": _terms_of("终期验收未通过的办件，告知期限重算", "failed"),
    "endorse_remind_days": _terms_of("待区专门机构核报的办件，提醒日期重算", "endorsing"),
    "receive_days": _receiving,
    "countersign_days": _countersigning,
    "draw_days": _reviews,
    "meeting_days": _reviews,
    "signature_days": _reviews,
    "opinion_reply_days": _terms_of("有评审意见的办件，答复期限重算", "reviewed"),
    "recheck_days": _rechecking,
    "panel": _reviews,
    "expert_reply_days": _reviews,
    "spread_limit": _reviews,
    "reference_limits": _reviews,
    "unseen": _reviews,
    "selfcheck": _self_checks,
    "operation_report": _operation_reports,
    "carbon_verification": _carbon_reports,
    "stage": _stages,
    "rectify": _stages,
    "post_evaluation": _titles,
    "duties": _titles,
    "obligations_from": _self_checks,
    "outage": _self_checks,
    "reminders": _self_checks,
    "urging_days": _self_checks,
    "weekly_summary": _titles,
    "snapshot": _titles,
    "archive": _archived,
    "plausibility": _self_checks,
    "comparison": _titles,
    "beautiful": _titles,
    "indicators": _titles,
}


def touched_by(key: str, today: dt.date, value: object = None) -> list[AffectedGroup]:
    """What the setting affects today; with ``value`` also what that value would change: verdicts of a rule, days of obligations.

    Raises ``UnknownParameter``.
    """
    parameters.default_of(key)
    if key in rule_parameters():
        return rule_touches(key, value if isinstance(value, Decimal) else None, today)
    find = CONCERNS.get(key) or CONCERNS.get(key.partition(".")[0])
    if key in readings() and key.endswith(QUALIFY):
        find = QUALIFYING[readings()[key].id.removesuffix(QUALIFY)]
    moved = duties().moved_by_setting(key, value, today) if value is not None else []
    return [*(find() if find else []), *moved]


# Settings with their state, history and proposals, for the city's pages.


def proposals_visible_to(viewer: Viewer) -> QuerySet[SettingProposal]:
    """Setting proposals a person may read: city only."""
    if not viewer.is_somebody or not reads_settings(viewer.held):
        return SettingProposal.objects.none()
    return SettingProposal.objects.select_related("proposed_by")


@dataclass(frozen=True)
class SettingLine:
    """One setting, and its open proposal if there is one."""

    row: ParameterRow
    proposal: SettingProposal | None
    proposed: str = ""


def setting_lines(viewer: Viewer) -> tuple[list[SettingLine], ...]:
    """All settings in file order, reminder schedules of kinds of duty, rule parameters and readings; two queries."""
    waiting = {proposal.key: proposal for proposal in proposals_visible_to(viewer).filter(status__in=OPEN_PROPOSALS)}
    with held_reads():
        found = (setting_rows(), reminder_setting_rows(), rule_setting_rows(), reading_setting_rows())
        return tuple(_lines(rows, waiting) for rows in found)


def _lines(rows: Iterable[ParameterRow], waiting: dict[str, SettingProposal]) -> list[SettingLine]:
    return [SettingLine(row, found := waiting.get(row.key), setting_value(row.key, found.typed) if found else "") for row in rows]


def history_of(key: str) -> list[tuple[SettingChange, str, str, str]]:
    """Decisions about one setting, newest first, each with who decided, the old and the new value in words."""
    rows = SettingChange.objects.filter(key=key).select_related("by")
    return [(row, named(row, "by"), _words(key, row.old), _words(key, row.new)) for row in rows]


def _words(key: str, value: Any) -> str:
    """Decided value in words; exact decimal numbers are stored in JSON as text."""
    return setting_value(key, parameters.coerce(key, tuple(value) if isinstance(value, list) else value))


def states_awaiting(viewer: Viewer) -> list[str]:
    """States in which a proposal waits for this person: for the checker where the chain has one, then for the director."""
    if not viewer.held.has(Role.CITY_CHECKER, Role.CITY_DIRECTOR):
        return []
    first = Role.CITY_CHECKER if needs_check() else Role.CITY_DIRECTOR
    return [state for role, state in ((first, "proposed"), (Role.CITY_DIRECTOR, "deciding")) if viewer.held.has(role)]


@among(lambda: SettingProposal.objects.filter(status__in=OPEN_PROPOSALS))
def setting_tasks(viewer: Viewer) -> Iterable[Task]:
    """Desk tasks: proposals waiting for a decision of this person."""
    for proposal in SettingProposal.objects.filter(status__in=states_awaiting(viewer)):
        yield Task(
            title=f"参数变更：{SETTING.state(proposal.status).label}",
            subject=setting_label(proposal.key),
            link=reverse("approvals:setting", args=[proposal.key]),
            since=proposal.proposed_at,
            kind="setting",
        )
