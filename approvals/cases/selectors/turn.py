"""Which parties have to act on a case in each state, as declared by its procedure; for tasks, lists and reminders."""

from collections.abc import Iterator

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from approvals.cases.rules import decided_as
from approvals.common.enums import CaseKind
from greendistrict.policy.rules import is_directors
from greendistrict.workflow.declaration import Keys, procedure_named, procedure_of

SEATS_OF_APPLICANT = ("preparer", "reviewer")
OUTSIDE = frozenset({*SEATS_OF_APPLICANT, "authority"})


def turn_of(case: Case) -> Keys:
    """Keys of the parties that have to act; for a change on paper also the officer."""
    waiting = _single(procedure_of(case).turn_in(case.status))
    if case.kind == CaseKind.CHANGE and case.status == CaseState.DRAFT and case.sent_at is not None and case.submitted_at is None:
        waiting = (*waiting, "city_officer")
    if waiting == ("city_director",) and case.kind != CaseKind.CHANGE and not is_directors(decided_as(case)):
        waiting = ("city_director", "city_checker")
    return waiting


def turn_outside(case: Case) -> Keys:
    """Those of ``turn_of`` outside the city; they can be reminded."""
    return tuple(party for party in turn_of(case) if party in OUTSIDE)


def turns() -> Iterator[tuple[str, str, Keys]]:
    """For each kind and state, the parties that may have to act."""
    for kind in CaseKind:
        procedure = procedure_named(kind.machine_name)
        for state in procedure.machine.states:
            entered = kind == CaseKind.CHANGE and state.key == CaseState.DRAFT
            yield kind, state.key, (*_single(procedure.turn_in(state.key)), *(("city_officer",) if entered else ()))


def _single(parties: Keys) -> Keys:
    """Split the applicant's side into its seats, because a task belongs to one seat."""
    return tuple(one for party in parties for one in (SEATS_OF_APPLICANT if party == "applicant" else (party,)))
