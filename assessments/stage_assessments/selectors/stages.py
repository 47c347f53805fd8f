"""Read stage assessments: visibility, blocking findings, verdict, tasks.

Also here: Opinions of visible stage assessments, and the number still open. Contents of a stage assessment as one user may see them, for
its page and its report.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from assessments.common import owed_papers
from assessments.common import rules as filing
from assessments.common.calendar import Cycle, StageTerms, met_on_paper, next_cycle, stage_cycles, stage_terms
from assessments.common.enums import CommentKind, Conclusion
from assessments.common.mechanism import CHECKLIST, REQUIRED, STANDINGS
from assessments.common.recorded_assessments import ON_PAPER, days_on_paper
from assessments.common.rules import oversees
from assessments.findings.selectors.check import RowFinding
from assessments.findings.selectors.plausibility import findings
from assessments.opinions.models import OpinionState
from assessments.opinions.rules import answers_for
from assessments.opinions.selectors import musts_left
from assessments.self_checks.selectors.self_checks import blocking_texts
from assessments.stage_assessments import rules
from assessments.stage_assessments.models import CONCLUDED, ENDED, FOUND_UNQUALIFIED, UNFILED, StageAssessment, StageOpinion, StageState
from assessments.stage_assessments.outcome import by_whose_criterion, grounds, to_mend, unmet
from assessments.stage_assessments.selectors.plan import plan_on_day
from assessments.stage_assessments.verdict import ControlLine, Shares, StageVerdict, TargetLine, judge
from assessments.tables.selectors.scoring import RowData, rows_of_version, unbuilt
from assessments.tables.selectors.tables import latest_version
from assessments.yearly_reports.selectors.text import shown_figures
from districts.file.models.district import ConsultantMandate
from districts.file.rules import bodies_as, mandate_in_force
from districts.indicator_systems.targets import measure_of, meets, reached, show
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.toned_words import TonedWord
from greendistrict.documents.selectors import evidence_of
from greendistrict.policy import citing, parameters
from greendistrict.policy.unconfirmed import waiting_criterion
from greendistrict.workflow.todo import Task
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item

PASSING = (Conclusion.PASSED, Conclusion.PASSED_AFTER)


def stages_visible_to(viewer: Viewer) -> QuerySet[StageAssessment]:
    """Assessments the user sees: all for city and secretariat, concluded ones for partners.

    Applicants, authorities and consultants with a mandate see those of their own districts.
    """
    held = viewer.held
    assessments = StageAssessment.objects.select_related("district", "table__district", "table__edition", "review")
    if held.is_city or held.has(Role.SECRETARIAT):
        return assessments
    own = held.organisations_as(Role.PREPARER, Role.REVIEWER)
    mandates = Q(district__mandates__in=_mandates(held))
    mine = Q(district__applicant__in=own) | Q(district__authorities__in=bodies_as(held, Role.AUTHORITY)) | mandates
    if held.has(Role.PARTNER):
        mine |= Q(status__in=CONCLUDED)
    return assessments.filter(pk__in=StageAssessment.objects.filter(mine).order_by().values("pk"))


def _mandates(held: HeldPosts) -> Any:
    bodies = held.organisations_as(Role.CONSULTANT)
    return ConsultantMandate.objects.filter(mandate_in_force(held.day), organisation_id__in=bodies).values("pk")


def cycle_of(stage: StageAssessment, terms: StageTerms | None = None) -> Cycle:
    """The point of the cycle with its days by the current settings; if there is none (early, title changed), the stored day."""
    announced, terms = stage.district.held_since, terms or stage_terms()
    points = stage_cycles(announced, stage.due, terms) if announced else []
    found = next((point for point in points if point.day == stage.due), None)
    opens = stage.due if stage.round is None else terms.calendar.add(stage.due, -terms.before)
    return found or Cycle(stage.round, stage.due, opens, terms.calendar.add(stage.due, terms.grace))


def all_findings(stage: StageAssessment, today: dt.date) -> list[RowFinding]:
    """All findings of the check in table and mechanisms, blocking ones first."""
    missing = [one for one in CHECKLIST if not stage.mechanism.get(one.key, {}).get("state")]
    lines = [RowFinding(f"管理机制“{one.title}”未填", blocks=True, chapter=one.key) for one in missing]
    unwritten = [one for one in REQUIRED if stage.mechanism.get(one.key, {}).get("state") and not stage.mechanism[one.key].get("text")]
    lines += [RowFinding(f"管理机制“{one.title}”未写说明", blocks=True, chapter=one.key) for one in unwritten]
    return sorted([*findings(stage.table, today), *lines], key=lambda one: not one.blocks)


def blocking(stage: StageAssessment, today: dt.date) -> list[str]:
    """Reasons against handing up and signing, in words."""
    return blocking_texts(all_findings(stage, today))


def is_qualified(stage: StageAssessment, _today: dt.date) -> bool:
    """Whether the rule resulted in 合格 when the conclusion was proposed."""
    return bool(stage.verdict.get("qualified", False))


def short_aspects(stage: StageAssessment, _today: dt.date) -> list[str]:
    """Titles of the aspects that failed when the conclusion was proposed."""
    return [one["title"] for one in unmet(stage)]


# Settings on which 不合格 and the end of its 整改 rest; the policy names the aspects, not the line between 合格 and 不合格.
PLAN_SHARE = "stage.plan_share"
SHARES = {"stage.targets_share": "share", PLAN_SHARE: "plan_share"}  # setting → key in a proposed verdict
CRITERIA = (*SHARES, "rectify.days")


def open_criteria(stage: StageAssessment, today: dt.date) -> list[str]:
    """Keys of the criteria that the city has not confirmed, or has set otherwise since the conclusion was proposed.

    First of them is the reading that all aspects have to be fulfilled.
    """
    held, used = parameters.load(), stage.verdict
    asked = [key for key in CRITERIA if key != PLAN_SHARE or not used or SHARES[key] in used]  # a verdict of before did not judge the plan
    moved = {key for key, name in SHARES.items() if name in used and Decimal(used[name]) != held[key].value}
    reading = waiting_criterion("STAGE-ASSESSMENT", today)
    return [*([reading] if reading else []), *(key for key in asked if held[key].is_default or key in moved)]


def open_terms(stage: StageAssessment, _today: dt.date) -> list[str]:
    """Keys of the settings on which the end of the rectification rests and which the city has not confirmed."""
    held = parameters.load()
    return [key for key in ("rectify.days", *(["rectify.extend_once_days"] if stage.extended else ())) if held[key].waits]


def basis_words(stage: StageAssessment, today: dt.date) -> str:
    """By whose criterion the aspects are judged: the city's own, or a proposal on which the city has yet to decide."""
    if stage.concluded_at:
        return "按市级确认的标准" if stage.verdict.get("confirmed") else "由市级审定"
    return "拟按所列标准判定，由市级审定" if open_criteria(stage, today) else "按市级确认的标准"


def overdue_since(stage: StageAssessment, today: dt.date) -> str:
    """Last day of the rectification if it has passed; empty before."""
    return str(stage.rectify_due) if stage.rectify_due and today > stage.rectify_due else ""


def unreplied_musts(stage: StageAssessment, _today: dt.date) -> list[str]:
    """Binding opinions without a reply."""
    return musts_left(stage, "open")


def open_musts(stage: StageAssessment, _today: dt.date) -> list[str]:
    """Binding opinions that are not closed."""
    return musts_left(stage)


def verdict_of(stage: StageAssessment) -> StageVerdict:
    """Apply the rule to the version that was reviewed and to the panel's settlement."""
    version, review = latest_version(stage.table), stage.review
    rows = rows_of_version(version) if version else {}
    settled = review.result.get("settled", {}) if review else {}
    layout = rules_for(stage.table.edition).table(stage.table.type, stage.table.stage)
    built = {key: row for key, row in rows.items() if not unbuilt(stage.table, row)}
    settings = parameters.load()
    return judge(
        targets=_targets(stage, layout.items.values(), rows, settled),
        plan=plan_on_day(stage.district_id, (stage.filed_at or stage.opened_at).astimezone(clock.SHANGHAI).date()),
        controls=[
            ControlLine(item.id, item.title, holds=settled[item.id]["holds"] is True)
            for item in layout.items.values()
            if item.is_control and item.id in built and item.id in settled and not settled[item.id]["excluded"]
        ],
        judged=stage.judged,
        passed=review.conclusion in PASSING if review and review.conclusion else None,
        shares=Shares(settings.number("stage.targets_share"), settings.number("stage.plan_share")),
    )


def _targets(stage: StageAssessment, items: Iterable[Item], rows: dict[str, RowData], settled: dict[str, Any]) -> list[TargetLine]:
    lines = []
    for item in items:
        row = rows.get(item.id)
        outcome = settled.get(item.id, {})
        target = reached(item, row.target) if row else ""
        if row is None or not target or outcome.get("excluded"):
            continue
        value, measure = reached(item, row.value), measure_of(item)
        met = None if unbuilt(stage.table, row) else bool(value) and meets(measure, value, target) and not _cut(item, row, outcome)
        lines.append(TargetLine(item.id, item.title, f"{show(measure, target)}{measure.unit}", show(measure, value), met))
    return lines


def _cut(item: Item, row: RowData, outcome: dict[str, Any]) -> bool:
    """Whether the panel gave fewer points than the target is worth; the value then counts as unproven."""
    if item.is_control:
        return outcome.get("holds") is False
    if outcome.get("points") is None or item.rate is None:
        return False
    return Decimal(outcome["points"]) < item.rate(row.target)


def deadline_of(stage: StageAssessment, cycle: Cycle) -> owed_papers.Deadline:
    """Last day of filing its papers, after waiver or extension."""
    return owed_papers.deadline(owed_papers.record_key(owed_papers.STAGE_PAPERS, stage.pk), cycle.last)


def settled_on_paper(stage: StageAssessment, cycle: Cycle, today: dt.date) -> dt.date | None:
    """Day on which the point of the cycle was assessed on paper (补录) before anything was filed, so that nothing is owed; None else."""
    days = days_on_paper(stage.district_id) if stage.round is not None else ()
    return met_on_paper(cycle.opens, days, parameters.load().integer("stage.cycle_years"), today, _filed_on(stage)) if days else None


def late_word(stage: StageAssessment, cycle: Cycle, today: dt.date) -> TonedWord:
    """逾期, 逾期报送, 已有补录结论 or empty; late filing is allowed and marked, unless nothing was owed any more."""
    if settled_on_paper(stage, cycle, today):
        return ON_PAPER if stage.status in UNFILED else owed_papers.IN_TIME
    return deadline_of(stage, cycle).late_word(_filed_on(stage), today)


def _filed_on(stage: StageAssessment) -> dt.date | None:
    """Day of filing; None before, and again after a recall or a return, which leave the moment of the first filing in the row."""
    return stage.filed_at.astimezone(clock.SHANGHAI).date() if stage.filed_at and stage.status not in UNFILED else None


TASKS: dict[str, tuple[str, Callable[[HeldPosts, StageAssessment], bool]]] = {
    StageState.DRAFT: ("填报阶段评估", rules.may_fill),
    StageState.SIGNING: ("审核签发阶段评估", filing.signs),
    StageState.FILED: ("组织阶段评估", rules.organises),
    StageState.JUDGING: ("拟定阶段评估结论", filing.is_officer),
    StageState.CHECKING: ("审核阶段评估结论", filing.checks),
    StageState.DECIDING: ("审定阶段评估结论", filing.decides),
    StageState.RECTIFYING: ("整改", rules.mends_or_reports),
    StageState.RECHECKING: ("复核整改", filing.is_officer),
}


def waiting(viewer: Viewer) -> QuerySet[StageAssessment] | None:
    """Assessments that may wait for this user; None if assessments never wait for such a user."""
    held = viewer.held
    if not (held.is_city or held.has(Role.PREPARER, Role.CONSULTANT, Role.REVIEWER, Role.SECRETARIAT)):
        return None
    return stages_visible_to(viewer).exclude(status__in=(*ENDED, StageState.REVIEWING))


def tasks_for(viewer: Viewer) -> list[Task]:
    """Stage assessments that wait for this user now."""
    found = waiting(viewer)
    return [] if found is None else [task for stage in found.order_by("due", "pk") if (task := task_of(viewer, stage))]


def task_of(viewer: Viewer, stage: StageAssessment) -> Task | None:
    """The user's task for the assessment, or None."""
    held = viewer.held
    if stage.status == StageState.RECTIFYING and stage.extension_asked and rules.extends(held, stage):
        title, holds = "审定整改延期申请", True
    else:
        title, predicate = TASKS[stage.status]
        holds = predicate(held, stage)
    if not holds:
        return None
    due, rests_on = None, ""
    if stage.status in UNFILED:
        cycle = cycle_of(stage)
        if settled_on_paper(stage, cycle, viewer.today):
            return None
        deadline = deadline_of(stage, cycle)
        due, rests_on = deadline.awaited_on, "" if deadline.moved else "stage.grace_days"
    elif stage.status == StageState.RECTIFYING:
        due, rests_on = stage.rectify_due, "rectify.days"
    return Task(
        title=title,
        subject=str(stage),
        link=reverse("assessments:stage", args=[stage.pk]),
        since=stage.filed_at or stage.opened_at,
        due=due,
        kind=f"stage.{stage.status}",
        is_demo=stage.district.is_demo,
        rests_on=rests_on,
    )


def stage_opinions_visible_to(viewer: Viewer) -> QuerySet[StageOpinion]:
    """Opinions of the stage assessments the user sees, and those assigned to a body for which the user replies."""
    return StageOpinion.objects.filter(Q(stage__in=stages_visible_to(viewer)) | Q(organisation_id__in=answers_for(viewer.held)))


def opinions_summary(stage: StageAssessment) -> dict[str, Any] | None:
    """Number of opinions, of open ones, and of open binding ones; None if there is no list yet."""
    rows = list(stage.review_opinions.order_by("number"))
    left = [row for row in rows if row.status != OpinionState.CLOSED]
    musts = [(row, str(OpinionState(row.status).label)) for row in left if row.kind == CommentKind.MUST]
    return {"count": len(rows), "left": len(left), "musts": musts} if rows else None


def decided_words(stage: StageAssessment) -> str:
    """Why and by whom it was concluded as it was; empty before."""
    if not stage.concluded_at:
        return ""
    who = citing.issuer(stage.concluded_at.astimezone(clock.SHANGHAI).date())
    return f"{grounds(stage)}{by_whose_criterion(stage, '市级')}{who}审定为{stage.get_conclusion_display()}。"


HOLDS = {True: "已建立", False: "未建立"}


def contents_of(viewer: Viewer, found: StageAssessment) -> dict[str, Any]:
    """Days, mechanisms, aspects, opinions and files; drafts only for editors, aspects for the district once concluded."""
    cycle = cycle_of(found)
    unfiled = found.status in UNFILED
    on_paper = settled_on_paper(found, cycle, viewer.today) if unfiled else None
    held = viewer.held
    shown = found.status != StageState.DRAFT or rules.may_fill(held, found)
    return {
        "cycle": cycle,
        "next_cycle": next_cycle(found.district.held_since, found.due, stage_terms()) if found.district.held_since else None,
        "last": deadline_of(found, cycle),
        "late": ON_PAPER if on_paper else late_word(found, cycle, viewer.today),
        "on_paper": on_paper,
        "mechanism_lines": [_line(found, one) for one in CHECKLIST] if shown else [],
        "figures": shown_figures(found, viewer.today, readable=shown, filed=not unfiled),
        "filed_at": None if unfiled else found.filed_at,
        "files": list(evidence_of(found)) if shown else [],
        "basis": basis_words(found, viewer.today),
        "aspects": found.verdict.get("aspects", []) if found.concluded_at or oversees(held) else [],
        "outcome": decided_words(found),
        "to_mend": to_mend(found) if found.status in FOUND_UNQUALIFIED else [],
        "opinions": opinions_summary(found),
        "called": found.called_by.first(),
    }


def _line(found: StageAssessment, one: Any) -> dict[str, Any]:
    said, judged = found.mechanism.get(one.key, {}), found.judged.get(one.key, {})
    return {
        "mechanism": one,
        "said": STANDINGS.get(said.get("state", ""), "未填"),
        "text": said.get("text", ""),
        "holds": HOLDS.get(judged.get("holds"), "") if found.concluded_at else "",
        "note": judged.get("note", "") if found.concluded_at else "",
    }
