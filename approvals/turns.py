"""Whose turn it is in each state, and who is only informed: the one table behind messages and tasks."""

from dataclasses import replace

from approvals.enums import CaseKind
from approvals.models import Case
from approvals.rules import decided_as
from greendistrict.policy.rules import is_directors
from greendistrict.workflow.machine import State

APPLICANT = ("preparer", "signer")
Turns = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
# state → (whose turn it is, who is only informed)
TURN: Turns = {
    "draft": (("preparer",), ()),
    "signing": (("signer",), ()),
    "endorsing": (("authority",), ()),
    "sent": (("officer",), APPLICANT),
    "correcting": (APPLICANT, ("authority",)),
    "accepted": (("officer", "secretary"), (*APPLICANT, "authority")),
    "reviewing": (("secretary",), APPLICANT),
    "revising": (APPLICANT, ("officer",)),
    "reviewed": (("officer",), APPLICANT),
    "notice": ((), (*APPLICANT, "authority", "officer")),
    "checking": (("checker",), ()),
    "legal": (("legal",), ()),
    "deciding": (("director",), ()),
    "decided": (("officer",), (*APPLICANT, "authority")),
    "announced": ((), (*APPLICANT, "authority")),
    "refused": ((), (*APPLICANT, "authority")),
    "failed": ((), (*APPLICANT, "authority", "officer")),
    "withdrawn": ((), ("authority", "officer", "secretary")),
    "discarded": ((), ()),
}
ACCEPTANCE_TURN: Turns = {
    **{state: turn for state, turn in TURN.items() if state not in {"endorsing", "legal"}},
    "visiting": (("officer", "secretary"), (*APPLICANT, "authority")),
}
LOSS_TURN: Turns = {
    "draft": (("officer",), ()),
    "checking": (("checker",), ()),
    "telling": (("officer",), ()),
    "hearing": (("signer",), ("preparer", "authority", "officer")),
    "heard": (("officer",), APPLICANT),
    "legal": (("legal",), ()),
    "discussing": (("officer",), ()),
    "deciding": (("director",), ()),
    "decided": (("officer",), ()),
    "served": (("officer",), (*APPLICANT, "authority")),
    "announced": ((), (*APPLICANT, "authority")),
    "dropped": ((), (*APPLICANT, "authority", "officer")),
}
CHANGE_TURN: Turns = {
    "draft": (("preparer", "officer"), ()),  # the officer's where it came on paper
    "signing": (("signer",), ()),
    "sent": (("officer",), (*APPLICANT, "authority")),
    "consulting": (("officer",), (*APPLICANT, "authority")),
    "checking": (("checker",), ()),
    "deciding": (("director",), ()),
    "approved": ((), (*APPLICANT, "authority", "officer")),
    "refused": ((), (*APPLICANT, "authority")),
    "withdrawn": ((), ("authority", "officer")),
    "discarded": ((), ()),
}
TURNS: dict[str, Turns] = {
    CaseKind.APPLICATION: TURN,
    CaseKind.ACCEPTANCE: ACCEPTANCE_TURN,
    CaseKind.LOSS: LOSS_TURN,
    CaseKind.CHANGE: CHANGE_TURN,
}

# Between 经办, 审核, 法制 and 审定 a case goes forth and back; outside it reads 审定中 until it leaves.
BETWEEN_OFFICES = frozenset({"reviewed", "checking", "deciding", "legal", "discussing"})


def turn_of(case: Case, status: str | None = None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Whose turn a case is in its state (or in ``status``), and who is informed."""
    waiting, informed = TURNS[case.kind][status or case.status]
    if case.kind == CaseKind.CHANGE and "officer" in waiting and (status or case.status) == "draft" and not _entered(case):
        waiting = ("preparer",)
    if waiting == ("director",) and case.kind != CaseKind.CHANGE and not is_directors(decided_as(case)):
        waiting = ("director", "checker")
    return waiting, informed


def _entered(case: Case) -> bool:
    """Whether a draft lies in the city's sight without having been submitted: it came on paper."""
    return case.sent_at is not None and case.submitted_at is None


# A loss of title is the city's own until it is told, and again from the hearing until the decision is delivered.
LOSS_INSIDE = frozenset({"draft", "checking", "telling", "heard", "legal", "discussing", "deciding", "decided"})


def is_between_offices(source: str, target: str, machine: str = "") -> bool:
    """Whether a step stays among the city's own seats: its words and its being taken are not told outside."""
    return {source, target} <= (LOSS_INSIDE if machine == "loss" else BETWEEN_OFFICES)


def seen_outside(case: Case, state: State) -> State:
    """State as those outside the city read it: of a loss of title, nothing that was not told them yet."""
    return told_outside(case.kind, state)


def told_outside(kind: str, state: State) -> State:
    """The same of a kind of case."""
    if kind != CaseKind.LOSS or state.key not in LOSS_INSIDE:
        return state
    return replace(state, label=state.public or "办理中", tone="info")
