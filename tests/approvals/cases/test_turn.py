"""Whose turn a case is follows from the steps into its state, for every kind."""

from approvals.cases.models.cases import Case
from approvals.cases.selectors.turn import turn_of, turns
from approvals.common.enums import CaseKind
from greendistrict.core import clock

BOTH = {"preparer", "signer"}
WAITING = {
    CaseKind.APPLICATION: {
        "draft": {"preparer"}, "signing": {"signer"}, "endorsing": {"authority"}, "sent": {"officer"}, "correcting": BOTH,
        "accepted": {"officer", "secretary"}, "reviewing": {"secretary"}, "revising": BOTH, "reviewed": {"officer"},
        "checking": {"checker"}, "legal": {"legal"}, "deciding": {"director"}, "decided": {"officer"},
    },
    CaseKind.ACCEPTANCE: {
        "draft": {"preparer"}, "signing": {"signer"}, "sent": {"officer"}, "correcting": BOTH, "accepted": {"officer", "secretary"},
        "visiting": {"officer", "secretary"}, "reviewing": {"secretary"}, "revising": BOTH, "reviewed": {"officer"},
        "checking": {"checker"}, "deciding": {"director"}, "decided": {"officer"},
    },
    CaseKind.LOSS: {
        "draft": {"officer"}, "checking": {"checker"}, "telling": {"officer"}, "hearing": {"signer"}, "heard": {"officer"},
        "legal": {"legal"}, "discussing": {"officer"}, "deciding": {"director"}, "decided": {"officer"}, "served": {"officer"},
    },
    CaseKind.CHANGE: {
        "draft": {"preparer", "officer"}, "signing": {"signer"}, "sent": {"officer"}, "consulting": {"officer", "departments"},
        "checking": {"checker"}, "deciding": {"director"},
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
    assert turn_of(Case(kind=CaseKind.CHANGE, status="draft", sent_at=clock.now())) == ("preparer", "officer")
