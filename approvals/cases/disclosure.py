"""What people outside the city may read of a case's states and steps, and states in which acting is optional for them."""

from dataclasses import replace

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from greendistrict.workflow.machine import State

# States in which the party may act and owes nothing: a right to be heard is not urged, nor late when its term is over.
RIGHTS = frozenset({(CaseKind.LOSS, "hearing"), (CaseKind.APPLICATION, "notice"), (CaseKind.ACCEPTANCE, "notice")})


def is_right(case: Case) -> bool:
    """Whether the parties' possible action is optional: a right, not a duty."""
    return (case.kind, case.status) in RIGHTS


# Between 经办, 审核, 法制 and 审定 a case goes forth and back; outside it reads 审定中 until it leaves.
BETWEEN_OFFICES = frozenset({CaseState.REVIEWED, CaseState.CHECKING, CaseState.DECIDING, CaseState.LEGAL, CaseState.DISCUSSING})


# A loss of title is visible to the city only until the holder is notified, and again from the hearing until the decision is delivered.
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
    """Whether a step stays among the city's own seats and is not shown outside."""
    return {source, target} <= (LOSS_INSIDE if machine == "loss" else BETWEEN_OFFICES)


def seen_outside(case: Case, state: State) -> State:
    """State of a case as shown outside the city: of a loss of title, nothing of which the holder was not notified."""
    return state_outside(case.kind, state)


def state_outside(kind: str, state: State) -> State:
    """State as shown outside the city, by kind of case."""
    if kind != CaseKind.LOSS or state.key not in LOSS_INSIDE:
        return state
    return replace(state, label=state.public or "办理中", tone="info")
