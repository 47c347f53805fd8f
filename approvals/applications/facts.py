"""Facts for the guards of a pilot application, and the policy facts that only an application can supply."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from approvals.cases import facts as asked
from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.verdicts import verdict_facts
from assessments.common.enums import Conclusion
from districts.facts.facts import district_facts
from greendistrict.core.addresses import reverse
from greendistrict.policy.engine import Verdict, evaluate
from greendistrict.policy.enums import PolicyStep
from greendistrict.policy.facts import Facts, FactValue
from greendistrict.policy.in_force import policy_for
from greendistrict.workflow.declaration import Fact

STEPS = (PolicyStep.FILE, PolicyStep.ACCEPT, PolicyStep.GRANT)


def policy_facts(case: Case, on: dt.date) -> Facts:
    """Policy facts as of ``on``: the facts of the district and those of this case."""
    return Facts(district_facts(case.district, on)).merge(own_facts(case))


def own_facts(case: Case, wanted: Collection[str] | None = None) -> dict[str, FactValue]:
    """Policy facts that only an open application can supply; those ``wanted``, by default all."""
    return {name: read(case) for name, read in OWN_FACTS.items() if wanted is None or name in wanted}


def _endorsement_fact(case: Case) -> FactValue:
    missing, endorsing = asked.endorsement_missing(case), case.status == CaseState.ENDORSING
    note = "；".join(missing) or asked.endorsement_note(case)
    return FactValue(
        not missing,
        note=f"正在核报：{note}" if missing and endorsing else note,
        source="批复与报送",
        link=reverse("approvals:case_endorse" if endorsing else "approvals:case", args=[case.pk]),
        underway=bool(missing) and endorsing,
    )


REVIEWING: dict[str, str] = {
    CaseState.ACCEPTED: "已受理，等待专家技术审查",
    CaseState.REVIEWING: "正在专家技术审查，等待结论",
    CaseState.REVISING: "评审结论为修改后重审，正在修改",
}


def _review_fact(case: Case) -> FactValue:
    """Whether the experts' conclusion is a pass; marked as under way while the review is running."""
    conclusion = asked.conclusion_of(case)
    label = Conclusion(conclusion).label if conclusion else ""
    underway = REVIEWING.get(case.status, "") if conclusion in {"", Conclusion.REVISE} else ""
    return FactValue(
        conclusion in {Conclusion.PASSED, Conclusion.PASSED_AFTER},
        note=underway or label,
        source="专家技术审查",
        link=reverse("approvals:case", args=[case.pk]),
        underway=bool(underway),
    )


OWN_FACTS: Mapping[str, Callable[[Case], FactValue]] = {"endorsements_complete": _endorsement_fact, "review_passed": _review_fact}


def verdicts_of(case: Case, on: dt.date, steps: tuple[PolicyStep, ...] = STEPS) -> dict[str, list[Verdict]]:
    """Verdicts by step. Raises ``NoPolicyInForce`` when no policy covers ``on``."""
    facts, policy = policy_facts(case, on), policy_for(on, case.accepted_at)
    return {step.value: evaluate(policy, step, facts, on) for step in steps}


APPLICATION_FACTS: Mapping[str, Fact] = {**asked.CASE_FACTS, **verdict_facts(verdicts_of, *STEPS)}
