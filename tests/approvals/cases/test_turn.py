"""Whose turn a case is follows from the steps into its state, for every kind."""

from approvals.cases.models.cases import Case
from approvals.cases.selectors.turn import turn_of, turns
from approvals.common.enums import CaseKind
from greendistrict.core import clock

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
