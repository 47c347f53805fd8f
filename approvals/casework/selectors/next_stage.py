"""Policy check of a district for its next stage, from its file or from its open case; used by the district page and reports."""

import datetime as dt
from collections.abc import Mapping

from django.db.models import QuerySet

from approvals.acceptances.facts import acceptance_policy_facts
from approvals.applications.facts import policy_facts
from approvals.cases.enums import UNSIGNED, CaseState
from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.common.enums import CaseKind
from districts.common.enums import Stage
from districts.facts.facts import district_facts
from districts.file.models.district import District
from greendistrict.policy.engine import StepVerdicts, overview
from greendistrict.policy.enums import ACCEPTANCE, APPLICATION, PolicyStep
from greendistrict.policy.facts import Facts
from greendistrict.policy.types import Policy

# The progress of an open application decides which steps are checked; before submission only the steps of filing.
REACHED: Mapping[str, PolicyStep] = {
    **dict.fromkeys(UNSIGNED, PolicyStep.FILE),
    CaseState.ENDORSING: PolicyStep.ENDORSE,
    **dict.fromkeys((CaseState.SENT, CaseState.CORRECTING, CaseState.ACCEPTED), PolicyStep.ACCEPT),
}


def open_case(cases: QuerySet[Case], district: District, stage: str) -> Case | None:
    """The open case among ``cases`` with which a district in this stage applies for the next title, or None."""
    return open_cases(cases, {district.pk: stage}).get(district.pk)


def open_cases(cases: QuerySet[Case], stages: Mapping[int, str]) -> dict[int, Case]:
    """For each district (by id) the newest open case among ``cases`` applying for its next title, by its stage; one query."""
    wanted = {key: CaseKind.ACCEPTANCE if stage == Stage.PILOT else CaseKind.APPLICATION for key, stage in stages.items()}
    found = cases.filter(district__in=wanted, kind__in=set(wanted.values())).exclude(status__in=CLOSED_STATES)
    rows = found.select_related("district", "review", "table").order_by("created_at", "pk")
    return {row.district_id: row for row in rows if row.kind == wanted[row.district_id]}


def checked_steps(policy: Policy, district: District, stage: str, case: Case | None, on: dt.date) -> list[StepVerdicts]:
    """Verdicts by step: for 示范 if the district is a pilot, otherwise for 试点."""
    if stage == Stage.PILOT:
        return overview(policy, _facts(case, district, on), on, PolicyStep.REQUEST, ACCEPTANCE)
    upto = REACHED.get(case.status, PolicyStep.GRANT) if case else PolicyStep.FILE
    return overview(policy, _facts(case, district, on), on, upto, APPLICATION)


def _facts(case: Case | None, district: District, on: dt.date) -> Facts:
    if case is None:
        return Facts(district_facts(district, on))
    return acceptance_policy_facts(case, on) if case.kind == CaseKind.ACCEPTANCE else policy_facts(case, on)
