"""The state machines of cases: one per kind of case, all on the model ``Case`` and named as the kind."""

from dataclasses import replace
from functools import cache

from approvals.cases.checklist import OWN_GUARDS, required_at
from approvals.cases.enums import Deed
from approvals.cases.guards import papers_laid
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from greendistrict.workflow.declaration import procedure_named
from greendistrict.workflow.machine import Machine, State, Transition
from greendistrict.workflow.registry import machine_named


def case_machine(name: str, title: str, states: tuple[State, ...], transitions: tuple[Transition, ...]) -> Machine:
    """State machine of one kind of case, named as the kind; its initial state is the draft.

    Every step for which the checklist calls a paper 必交 gets the guard that asks the checklist.
    """
    kind = CaseKind[name.upper()]
    guarded = tuple(_with_papers(kind, one) for one in transitions)
    return Machine(name=name, title=title, model=Case._meta.label, states=states, transitions=guarded, initial="draft")


def _with_papers(kind: CaseKind, transition: Transition) -> Transition:
    asked = any(slot.origin not in OWN_GUARDS for slot in required_at(kind, transition.action))
    return replace(transition, guards=(*transition.guards, papers_laid(kind, transition.action))) if asked else transition


@cache
def case_machines() -> dict[str, Machine]:
    """Machines by kind of case, in the order in which lists show states."""
    return {kind.value: machine_named(kind.machine_name) for kind in CaseKind}


def is_case_machine(name: str) -> bool:
    """Whether the named machine belongs to a kind of case."""
    return any(name == kind.machine_name for kind in CaseKind)


def machine_of(case: Case) -> Machine:
    """Machine of the case's kind."""
    return case_machines()[case.kind]


@cache
def steps_that(deed: Deed) -> frozenset[str]:
    """Actions that amount to a deed, of all kinds of case."""
    steps = (pair for name in CaseKind for pair in procedure_named(name.machine_name).steps.items())
    return frozenset(action for action, step in steps if step.deed == deed)


def state_of_kind(kind: str, status: str) -> State:
    """State ``status`` of a kind of case, for rows read without a ``Case``."""
    return case_machines()[kind].state(status)


def state_of(case: Case) -> State:
    """Current state of the case as declared in its machine."""
    return state_of_kind(case.kind, case.status)
