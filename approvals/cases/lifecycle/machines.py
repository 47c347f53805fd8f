"""Registry of the state machine of each kind of case: one machine per kind, all on the model ``Case``.

Written by ``approvals.wiring``, which knows the features that declare the machines. Read by the services that take a step, by the pages
and lists that show a case's state, by search and by the feed.
"""

from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from greendistrict.workflow.machine import Machine, State

_machines: dict[str, Machine] = {}


def register_machine(kind: CaseKind, machine: Machine) -> None:
    """Name the machine of a kind of case. Raises ``ValueError`` for a kind that has one already."""
    if kind in _machines:
        msg = f"cases of kind {kind} have a machine already"
        raise ValueError(msg)
    _machines[kind] = machine


def case_machines() -> dict[str, Machine]:
    """Machines by kind of case, in the order of registration."""
    return dict(_machines)


def is_case_machine(name: str) -> bool:
    """Whether a machine of this name is that of a kind of case."""
    return any(machine.name == name for machine in _machines.values())


def machine_of(case: Case) -> Machine:
    """Machine of the case's kind. Raises ``KeyError``."""
    return _machines[case.kind]


def state_of_kind(kind: str, status: str) -> State:
    """State ``status`` of a kind of case with its words, for rows that are read without the case."""
    return _machines[kind].state(status)


def state_of(case: Case) -> State:
    """State of the case with its words."""
    return state_of_kind(case.kind, case.status)
