"""Each kind of case has its machine, words, steps of progress and turns, and nothing is registered twice."""

import pytest

from approvals.applications.lifecycle import APPLICATION
from approvals.cases.document_numbers import register_numbered
from approvals.cases.dossier import dossier_parts, register_part
from approvals.cases.lifecycle.machines import case_machines, is_case_machine, machine_of, register_machine, state_of
from approvals.cases.models.cases import CASE_STATES, CLOSED_STATES, Case
from approvals.cases.selectors.numbering import DECISION_NUMBERS
from approvals.cases.selectors.turn import turn_of, turns
from approvals.cases.verdicts import register_verdicts, verdicts_or_none
from approvals.casework.selectors.progress import STEPS_OF
from approvals.common.enums import CaseKind, DossierStep
from approvals.losses.lifecycle import LOSS
from greendistrict.core import clock

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


def test_each_kind_of_case_has_its_machine_in_the_order_of_the_lists():
    assert list(case_machines()) == ["SQ", "YS", "CX", "BG"]
    assert set(case_machines()) == set(CaseKind.values)
    assert is_case_machine(APPLICATION.name)
    assert not is_case_machine("review")


@pytest.mark.parametrize(
    ("register", "given"),
    [
        (register_machine, (CaseKind.APPLICATION, APPLICATION)),
        (register_verdicts, (CaseKind.APPLICATION, dict)),
        (register_numbered, (DECISION_NUMBERS,)),
        (register_part, (dossier_parts()[0],)),
    ],
)
def test_nothing_is_registered_twice(register, given):
    with pytest.raises(ValueError, match="registered twice"):
        register(*given)


@pytest.mark.parametrize("kind", [CaseKind.LOSS, CaseKind.CHANGE])
def test_a_kind_that_asks_no_policy_has_no_verdicts(kind):
    assert verdicts_or_none(Case(kind=kind)) is None


def test_what_is_frozen_at_each_step_of_the_dossier():
    at = {step: {part.key for part in dossier_parts() if step in part.steps} for step in DossierStep}
    assert at[DossierStep.DECISION] == {part.key for part in dossier_parts()} - {"announcement", "service"}
    assert at[DossierStep.ANNOUNCEMENT] == {"announcement", "service", "handling"}
    assert at[DossierStep.CORRECTION] == {"decision", "announcement", "handling"}
    assert at[DossierStep.NUMBER] == {"decision", "evidence", "handling"}


BOTH = {"preparer", "reviewer"}
WAITING = {
    CaseKind.APPLICATION: {
        "draft": {"preparer"}, "signing": {"reviewer"}, "endorsing": {"authority"}, "sent": {"city_officer"}, "correcting": BOTH,
        "accepted": {"city_officer", "secretariat"}, "reviewing": {"secretariat"}, "revising": BOTH, "reviewed": {"city_officer"},
        "checking": {"city_checker"}, "legal": {"city_legal"}, "deciding": {"city_director"}, "decided": {"city_officer"},
    },
    CaseKind.ACCEPTANCE: {
        "draft": {"preparer"}, "signing": {"reviewer"}, "sent": {"city_officer"}, "correcting": BOTH,
        "accepted": {"city_officer", "secretariat"},
        "visiting": {"city_officer", "secretariat"}, "reviewing": {"secretariat"}, "revising": BOTH, "reviewed": {"city_officer"},
        "checking": {"city_checker"}, "deciding": {"city_director"}, "decided": {"city_officer"},
    },
    CaseKind.LOSS: {
        "draft": {"city_officer"}, "checking": {"city_checker"}, "telling": {"city_officer"}, "hearing": {"reviewer"},
        "heard": {"city_officer"},
        "legal": {"city_legal"}, "discussing": {"city_officer"}, "deciding": {"city_director"}, "decided": {"city_officer"},
        "served": {"city_officer"},
    },
    CaseKind.CHANGE: {
        "draft": {"preparer", "city_officer"}, "signing": {"reviewer"}, "sent": {"city_officer"},
        "consulting": {"city_officer", "departments"},
        "checking": {"city_checker"}, "deciding": {"city_director"},
    },
}  # fmt: skip


def test_each_state_waits_for_those_whom_the_steps_into_it_tell_to_act():
    found = {kind: {} for kind in CaseKind}
    for kind, state, parties in turns():
        if parties:
            found[kind][state] = set(parties)
    assert found == WAITING


def test_a_draft_change_waits_for_the_officer_only_where_it_came_on_paper():
    assert turn_of(Case(kind=CaseKind.CHANGE, status="draft")) == ("preparer",)
    assert turn_of(Case(kind=CaseKind.CHANGE, status="draft", sent_at=clock.now())) == ("preparer", "city_officer")
