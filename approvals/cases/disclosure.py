"""What people outside the city may read of the states and steps of a case, and states in which they may act but need not."""

from dataclasses import replace

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from greendistrict.workflow.machine import State

# States in which the party may act but need not. A right to be heard is not reminded of, and is not late after its term.
RIGHTS = frozenset({(CaseKind.LOSS, "hearing"), (CaseKind.APPLICATION, "notice"), (CaseKind.ACCEPTANCE, "notice")})


def is_right(case: Case) -> bool:
    """Whether the party's possible action is a right and not a duty."""
    return (case.kind, case.status) in RIGHTS


# Between 经办, 审核, 法制 and 审定 a case may move back and forth; outside the city it reads 审定中 the whole time.
BETWEEN_OFFICES = frozenset({CaseState.REVIEWED, CaseState.CHECKING, CaseState.DECIDING, CaseState.LEGAL, CaseState.DISCUSSING})


# Hidden states of a loss of title: until the holder is notified, and from the hearing until the decision is delivered.
LOSS_INSIDE = frozenset(
    {
        CaseState.DRAFT,
        CaseState.CHECKING,
        CaseState.TELLING,
        CaseState.HEARD,
        CaseState.LEGAL,
        CaseState.DISCUSSING,
        CaseState.DECIDING,
        CaseState.DECIDED,
    }
)


def is_between_offices(source: str, target: str, machine: str = "") -> bool:
    """Whether a step only moves the case between city offices; such steps are not shown outside."""
    return {source, target} <= (LOSS_INSIDE if machine == "loss" else BETWEEN_OFFICES)


def seen_outside(case: Case, state: State) -> State:
    """State of a case as shown outside the city; hidden states of a loss of title (``LOSS_INSIDE``) read 办理中 or their public label."""
    return state_outside(case.kind, state)


def state_outside(kind: str, state: State) -> State:
    """State as shown outside the city, by kind of case."""
    if kind != CaseKind.LOSS or state.key not in LOSS_INSIDE:
        return state
    return replace(state, label=state.public or "办理中", tone="info")
