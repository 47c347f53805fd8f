"""What people outside the city may read of the states and steps of a case, and states in which they may act but need not."""

from dataclasses import replace

from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from greendistrict.workflow.declaration import procedure_named
from greendistrict.workflow.machine import State

NOTICE = "公示期间由公众提出意见"
# States in which somebody may act but need not, with whose right it is. Nobody is reminded of a right, or late after its term.
RIGHTS = {
    (CaseKind.LOSS, "hearing"): "陈述申辩是当事人的权利",
    (CaseKind.APPLICATION, "notice"): NOTICE,
    (CaseKind.ACCEPTANCE, "notice"): NOTICE,
}


def right_in(case: Case) -> str:
    """Whose right the possible action in the state of a case is, as a sentence; empty where it is a duty."""
    return RIGHTS.get((CaseKind(case.kind), case.status), "")


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
