"""Lives of the four kinds of case as tables, one machine per kind on one model."""

from approvals.enums import CaseKind
from approvals.lifecycle.acceptance import ACCEPTANCE
from approvals.lifecycle.application import APPLICATION
from approvals.lifecycle.change import CHANGE
from approvals.lifecycle.loss import LOSS
from approvals.lifecycle.opinion import OPINION
from approvals.lifecycle.requests import EXTENSION, RECTIFICATION
from approvals.lifecycle.setting import SETTING
from approvals.models import Case
from greendistrict.workflow.machine import Machine, State

MACHINES: dict[str, Machine] = {
    CaseKind.APPLICATION: APPLICATION,
    CaseKind.ACCEPTANCE: ACCEPTANCE,
    CaseKind.LOSS: LOSS,
    CaseKind.CHANGE: CHANGE,
}
MACHINE_NAMES = frozenset(machine.name for machine in MACHINES.values())


def machine_of(case: Case) -> Machine:
    """Machine of the case's kind."""
    return MACHINES[case.kind]


def state_of(case: Case) -> State:
    """State of the case with its words."""
    return machine_of(case).state(case.status)


__all__ = [
    "ACCEPTANCE",
    "APPLICATION",
    "CHANGE",
    "EXTENSION",
    "LOSS",
    "MACHINES",
    "MACHINE_NAMES",
    "OPINION",
    "RECTIFICATION",
    "SETTING",
    "machine_of",
    "state_of",
]
