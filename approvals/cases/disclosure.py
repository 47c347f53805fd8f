"""What people outside the city may read of the states and steps of a case, and states in which they may act but need not."""

from dataclasses import replace

from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from greendistrict.workflow.declaration import procedure_named
from greendistrict.workflow.machine import State

# States in which the party may act but need not. A right to be heard is not reminded of, and is not late after its term.
RIGHTS = frozenset({(CaseKind.LOSS, "hearing"), (CaseKind.APPLICATION, "notice"), (CaseKind.ACCEPTANCE, "notice")})


def is_right(case: Case) -> bool:
    """Whether the party's possible action is a right and not a duty."""
    return (case.kind, case.status) in RIGHTS


def is_between_offices(source: str, target: str, machine: str) -> bool:
    """Whether a step of a case only moves it between states inside the city (``State.inside``); such steps are not shown outside.

    Between 经办, 审核, 法制 and 审定 a case may move back and forth; outside the city it reads 审定中 the whole time.
    """
    states = procedure_named(machine).machine.states
    return {source, target} <= {state.key for state in states if state.inside}


def seen_outside(case: Case, state: State) -> State:
    """State of a case as shown outside the city; hidden states of a loss of title read 办理中 or their public label."""
    return state_outside(case.kind, state)


def state_outside(kind: str, state: State) -> State:
    """State as shown outside the city, by kind of case."""
    if kind != CaseKind.LOSS or not state.inside:
        return state
    return replace(state, label=state.public or "办理中", tone="info")
