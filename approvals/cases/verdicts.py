"""Registry of policy checks by kind of case: shown while a case is filled in, and repeated when a step is taken.

Filled by ``approvals.wiring`` from the feature that owns the kind. Read by the pages of a case and by the facts of its procedure.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from greendistrict.core.errors import Refusal
from greendistrict.core.registry import Registry
from greendistrict.policy.engine import NoPolicyInForce, Verdict
from greendistrict.policy.enums import PolicyStep
from greendistrict.workflow.declaration import Fact

Verdicts = dict[str, list[Verdict]]
_verdicts: Registry[Callable[[Case, dt.date], Verdicts]] = Registry(
    "verdicts of cases", entry="what the policy says to a kind of case, by its steps: for the pages, and for the facts of its procedure"
)


def register_verdicts(kind: CaseKind, verdicts: Callable[[Case, dt.date], Verdicts]) -> None:
    """Register the policy check of a kind of case. Raises ``ValueError`` for a second one."""
    _verdicts.register(kind, verdicts)


def verdicts_or_none(case: Case, on: dt.date) -> Verdicts | None:
    """Verdicts by step on a day; None if the kind has no check or no policy is in force."""
    asked = _verdicts.by_key.get(case.kind)
    try:
        return asked(case, on) if asked else None
    except NoPolicyInForce:
        return None


def verdict_facts(asked: Callable[[Case, dt.date, tuple[PolicyStep, ...]], Verdicts], *steps: PolicyStep) -> Mapping[str, Fact]:
    """One fact per policy step, named like the step: its verdicts, or a refusal if no policy covers the day."""

    def fact(step: PolicyStep) -> Fact:
        def verdicts(case: Case, on: dt.date) -> Sequence[Verdict | Refusal]:
            try:
                return asked(case, on, (step,))[step.value]
            except NoPolicyInForce as refused:
                return list(refused.refusals)

        return verdicts

    return {step.value: fact(step) for step in steps}
