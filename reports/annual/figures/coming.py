"""What a district owed on the year, what is planned for the next, and what it still needs for its next title."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from approvals.cases.models.cases import Case
from approvals.casework.selectors.next_stage import checked_steps, open_case
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.yearly_plans.models import PlanItem
from districts.yearly_plans.selectors.plans import listed_for
from greendistrict.policy.engine import NoPolicyInForce, Verdict
from greendistrict.policy.enums import Outcome, RuleLevel
from greendistrict.policy.in_force import policy_in_force
from obligations.duties import Obligation
from obligations.selectors import due
from reports.closings.flows import owed_in_time

PLAN_SECTION = "下一年计划"
MET = frozenset({Outcome.PASS, Outcome.LATER, Outcome.NOT_APPLICABLE})  # 待后续环节 is counted apart


@dataclass(frozen=True)
class NextStep:
    """The next title and what stands against it on the snapshot day; ``later`` requirements are asked when the case is under way."""

    target: str
    open: tuple[Verdict, ...]
    later: int


@dataclass(frozen=True)
class ComingFigures:
    """Duties of the year with their days, works planned for the next year, and the next title (None where there is none to ask for)."""

    duties: tuple[Obligation, ...]
    planned: tuple[PlanItem, ...]
    step: NextStep | None


def coming_of(district: District, year: int, day: dt.date, stage: str, duties: Sequence[Obligation]) -> ComingFigures:
    """``stage`` is the one on ``day``, ``duties`` those of the district among ``duties_of``."""
    return ComingFigures(tuple(duties), tuple(listed_for(district, year + 1)), _next_step(district, day, stage))


def duties_of(districts: Collection[int], year: int, day: dt.date) -> dict[int, list[Obligation]]:
    """Yearly duties on the year as of its last day of receipt, and the others that fell due within it, by district."""
    yearly = owed_in_time(year, only=districts, on=day)
    others = [row for row in due(day, districts) if row.due.year == year and row.year == 0]
    found: dict[int, list[Obligation]] = {}
    for row in sorted([*yearly, *others], key=lambda row: (row.due, row.key)):
        found.setdefault(row.district_id, []).append(row)
    return found


def _next_step(district: District, day: dt.date, stage: str) -> NextStep | None:
    if stage == Stage.DEMONSTRATION or district.guideline_area:
        return None
    try:
        policy = policy_in_force(day)
    except NoPolicyInForce:
        return None
    groups = checked_steps(policy, district, stage, open_case(Case.objects.filter(created_at__date__lte=day), district, stage), day)
    musts = [verdict for group in groups for verdict in group.verdicts if verdict.level == RuleLevel.MUST]
    waiting = [verdict for verdict in musts if verdict.verdict == Outcome.LATER]
    unmet = tuple(verdict for verdict in musts if verdict.verdict not in MET)
    return NextStep("示范" if stage == Stage.PILOT else "试点", unmet, len(waiting))
