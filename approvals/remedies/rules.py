"""Terms of appeals, outcomes by kind, and what has to be done again after an outcome."""

import datetime as dt
from collections.abc import Collection

from approvals.common.enums import CaseKind
from approvals.titles.enums import AFTER_APPEAL, ENDED_UNDECIDED, JudgmentForm, RemedyKind, RemedyOutcome
from approvals.titles.models.remedies import Remedy
from greendistrict.core.workdays import WorkCalendar
from greendistrict.policy.statutes import (
    ANSWER_APPEAL,
    ANSWER_RECONSIDERATION,
    ANSWER_SUIT,
    APPEAL_JUDGMENT,
    APPEAL_RULING,
    StatutoryTerm,
)

ANSWER: dict[str, StatutoryTerm] = {
    RemedyKind.REVIEW: ANSWER_RECONSIDERATION,
    RemedyKind.SUIT: ANSWER_SUIT,
    RemedyKind.APPEAL: ANSWER_APPEAL,
}
ALL = tuple(RemedyOutcome)
OUTCOMES: dict[str, tuple[RemedyOutcome, ...]] = {
    RemedyKind.REVIEW: tuple(one for one in ALL if one not in AFTER_APPEAL),
    RemedyKind.SUIT: tuple(one for one in ALL if one not in (*AFTER_APPEAL, RemedyOutcome.UPHELD)),
    RemedyKind.APPEAL: tuple(one for one in ALL if one != RemedyOutcome.UPHELD),
}


def outcomes_for(kind: str) -> Collection[str]:
    """How one of this kind can end."""
    return OUTCOMES[kind]


def outcomes_at(kind: str, action: str) -> Collection[str]:
    """Outcomes that a step of one of this kind can have: a suit that is not judged ends undecided."""
    if kind != RemedyKind.SUIT:
        return OUTCOMES[kind]
    return ENDED_UNDECIDED if action == "find" else tuple(one for one in OUTCOMES[kind] if one not in ENDED_UNDECIDED)


def answer_term(kind: str, served: dt.date, calendar: WorkCalendar) -> dt.date:
    """Last day of the city's reply or statement of defence."""
    return ANSWER[kind].last_day(served, calendar)


def appeal_term(remedy: Remedy) -> StatutoryTerm:
    """Days of an appeal against what the first instance gave."""
    return APPEAL_RULING if remedy.judgment == JudgmentForm.RULING else APPEAL_JUDGMENT


def appeal_until(remedy: Remedy, calendar: WorkCalendar) -> dt.date:
    """Last day of the appeal against a judgment that was served."""
    if remedy.judged_on is None:
        msg = f"{remedy} was not judged"
        raise ValueError(msg)
    return appeal_term(remedy).last_day(remedy.judged_on, calendar)


def needs_redoing(remedy: Remedy) -> bool:
    """Whether the outcome took away a decision that has to be made anew: any but a loss of title, which gives the title back instead."""
    return remedy.restores and remedy.case.kind != CaseKind.LOSS


def concerns(remedy: Remedy, action: str) -> bool:
    """Whether a step can be taken in this matter, by its kind, outcome and stay; all others are left off its page."""
    if action in {"confirm", "confirm_redo"}:
        return (action == "confirm_redo") == needs_redoing(remedy)
    if action == "judge":
        return remedy.kind == RemedyKind.SUIT
    if action in {"stay", "lift"}:
        return (action == "lift") == remedy.is_stayed
    return action != "reply" or remedy.owes_reply
