"""Each kind of case has its words and its steps of progress."""

import pytest

from approvals.cases.lifecycle.machines import case_machines, machine_of, state_of
from approvals.cases.models.cases import CASE_STATES, CLOSED_STATES, Case
from approvals.casework.selectors.progress import STEPS_OF
from approvals.common.enums import CaseKind
from approvals.losses.lifecycle import LOSS

pytestmark = pytest.mark.django_db


def test_each_kind_has_its_words_and_steps():
    assert {key for machine in case_machines().values() for key in (state.key for state in machine.states)} == set(CASE_STATES)
    for kind, machine in case_machines().items():
        states = {state.key for state in machine.states}
        assert {state.key for state in machine.states if state.final} <= set(CLOSED_STATES)
        under_way = {state for _, some, _ in STEPS_OF[kind] for state in some}
        assert under_way == states - set(CLOSED_STATES)
        assert {action for _, _, action in STEPS_OF[kind]} <= {step.action for step in machine.transitions}
    case = Case(kind="CX", status="hearing")
    assert {kind: machine.name for kind, machine in case_machines().items()} == {kind: kind.machine_name for kind in CaseKind}
    assert (machine_of(case), state_of(case).public) == (LOSS, "已告知")
