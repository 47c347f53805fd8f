"""What a district owed for the year, plans for the next, and what it still needs for its next title."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from approvals.cases.models.cases import Case
from approvals.casework.selectors.progress import checked_steps, open_cases
from districts.common.enums import Stage
from districts.file.models.district import District
from districts.yearly_plans.models import PlanItem
from districts.yearly_plans.selectors import listed_for
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy.duty_table import OF_DISTRICT
from greendistrict.policy.engine import NoPolicyInForce, Verdict
from greendistrict.policy.enums import Outcome, RuleLevel
from greendistrict.policy.in_force import policy_in_force
from obligations.duties import Obligation
from obligations.selectors import due
from reports.closings.registry import owed_in_time

PLAN_SECTION = "下一年计划"
MET = frozenset({Outcome.PASS, Outcome.LATER, Outcome.NOT_APPLICABLE})  # 待后续环节 is counted apart


@dataclass(frozen=True)
class NextStep:
    """The next title and the obstacles on the snapshot day; ``later`` requirements apply during the case."""

    target: str
    open: tuple[Verdict, ...]
    later: int


@dataclass(frozen=True)
class ComingFigures:
    """Duties of the year with their days, works planned for the next year, and the next title (None if there is none)."""

    duties: tuple[Obligation, ...]
    planned: tuple[PlanItem, ...]
    step: NextStep | None


def coming_of(districts: Sequence[District], year: int, day: dt.date, stages: Mapping[int, str]) -> dict[int, ComingFigures]:
    """Figures by district; ``stages`` are those of ``day``."""
    keys = [district.pk for district in districts]
    duties, planned = duties_of(keys, year, day), listed_for(keys, year + 1)
    steps = _next_steps(districts, day, stages)
    return {key: ComingFigures(tuple(duties.get(key, ())), tuple(planned.get(key, ())), steps.get(key)) for key in keys}


def duties_of(districts: Collection[int], year: int, day: dt.date) -> dict[int, list[Obligation]]:
    """By district: yearly duties for the year as of its last day of receipt, and other duties due within the year."""
    yearly = owed_in_time(year, only=districts)
    others = [row for row in due(Viewer(None, as_of=day), districts, OF_DISTRICT) if row.due.year == year and row.year == 0]
    duties: dict[int, list[Obligation]] = {}
    for row in sorted([*yearly, *others], key=lambda row: (row.due, row.key)):
        if row.district_id is not None:
            duties.setdefault(row.district_id, []).append(row)
    return duties


def _next_steps(districts: Sequence[District], day: dt.date, stages: Mapping[int, str]) -> dict[int, NextStep]:
    """Next steps of districts that can still apply for a title."""
    asking = [district for district in districts if stages[district.pk] != Stage.DEMONSTRATION and not district.guideline_area]
    try:
        policy = policy_in_force(day)
    except NoPolicyInForce:
        return {}
    wanted = {district.pk: stages[district.pk] for district in asking}
    cases = open_cases(Case.objects.filter(created_at__date__lte=day), wanted)
    steps = {}
    for district in asking:
        groups = checked_steps(policy, district, wanted[district.pk], cases.get(district.pk), day)
        musts = [verdict for group in groups for verdict in group.verdicts if verdict.level == RuleLevel.MUST]
        unmet = tuple(verdict for verdict in musts if verdict.verdict not in MET)
        target = Stage.DEMONSTRATION if wanted[district.pk] == Stage.PILOT else Stage.PILOT
        steps[district.pk] = NextStep(str(target.label), unmet, sum(verdict.verdict == Outcome.LATER for verdict in musts))
    return steps
