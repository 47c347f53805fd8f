"""Terms of remedies, possible outcomes by kind, and what must be decided anew after an outcome."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from approvals.common.enums import CaseKind
from approvals.titles.enums import AFTER_APPEAL, CONFIRMED_REMEDIES, ENDED_UNDECIDED, JudgmentForm, RemedyKind, RemedyOutcome, RemedyState
from approvals.titles.models.remedies import Remedy, RemedyRecord
from greendistrict.core.errors import Refusal
from greendistrict.core.workdays import WorkCalendar
from greendistrict.policy.statutes import (
    ANSWER_APPEAL,
    ANSWER_RECONSIDERATION,
    ANSWER_SIMPLIFIED,
    ANSWER_SUIT,
    APPEAL_JUDGMENT,
    APPEAL_RULING,
    ASK_RECONSIDERATION,
    SUE,
    SUE_AFTER_REVIEW,
    StatutoryTerm,
)

R = TypeVar("R", bound=RemedyRecord)
ANSWER: dict[str, StatutoryTerm] = {
    RemedyKind.REVIEW: ANSWER_RECONSIDERATION,
    RemedyKind.SUIT: ANSWER_SUIT,
    RemedyKind.APPEAL: ANSWER_APPEAL,
}
FIRST: dict[str, StatutoryTerm] = {RemedyKind.REVIEW: ASK_RECONSIDERATION, RemedyKind.SUIT: SUE}
RECORDED = (RemedyKind.REVIEW, RemedyKind.SUIT)  # an appeal is recorded on the page of its suit
ALL = tuple(RemedyOutcome)
OUTCOMES: dict[str, tuple[RemedyOutcome, ...]] = {
    RemedyKind.REVIEW: tuple(one for one in ALL if one not in AFTER_APPEAL),
    RemedyKind.SUIT: tuple(one for one in ALL if one not in (*AFTER_APPEAL, RemedyOutcome.UPHELD)),
    RemedyKind.APPEAL: tuple(one for one in ALL if one != RemedyOutcome.UPHELD),
}


def outcomes_for(kind: str) -> Collection[str]:
    """Outcomes with which a remedy of this kind can end."""
    return OUTCOMES[kind]


def outcomes_at(kind: str, action: str) -> Collection[str]:
    """Outcomes that a step of this kind of remedy can record; a suit that has not been judged can only end without a judgment."""
    if kind != RemedyKind.SUIT:
        return OUTCOMES[kind]
    return ENDED_UNDECIDED if action == "find" else tuple(one for one in OUTCOMES[kind] if one not in ENDED_UNDECIDED)


def term_of_answer(kind: str, *, simplified: bool) -> StatutoryTerm:
    """Statutory term of the city's reply; a reconsideration by the simplified procedure has a shorter one."""
    return ANSWER_SIMPLIFIED if simplified and kind == RemedyKind.REVIEW else ANSWER[kind]


def answer_term(kind: str, served: dt.date, calendar: WorkCalendar, *, simplified: bool = False) -> dt.date:
    """Last day of the city's reply (复议答复) or statement of defence (答辩)."""
    return term_of_answer(kind, simplified=simplified).last_day(served, calendar)


def appeal_term(remedy: RemedyRecord) -> StatutoryTerm:
    """Statutory term of an appeal against the result of the first instance."""
    return APPEAL_RULING if remedy.judgment == JudgmentForm.RULING else APPEAL_JUDGMENT


def appeal_until(remedy: RemedyRecord, calendar: WorkCalendar) -> dt.date:
    """Last day to appeal against the judgment that was served."""
    if remedy.judged_on is None:
        msg = f"{remedy} was not judged"
        raise ValueError(msg)
    return appeal_term(remedy).last_day(remedy.judged_on, calendar)


def against_filing(kind: str, decided: dt.date | None, filed_on: dt.date, served_on: dt.date, today: dt.date) -> Iterator[Refusal]:
    """Reasons why the kind and the dates of a remedy served on the city are impossible."""
    if kind not in RECORDED:
        yield Refusal("上诉在一审的行政诉讼登记", field="kind")
    if decided is not None and filed_on < decided:
        yield Refusal("申请或者起诉日期不能早于决定日期", field="filed_on")
    yield from against_service(filed_on, served_on, today, "收到副本日期不能早于申请或者起诉日期")


def against_service(filed_on: dt.date, served_on: dt.date, today: dt.date, early: str) -> Iterator[Refusal]:
    """Reasons why the date of service is impossible; ``early`` is the refusal for a service before the filing."""
    if served_on < filed_on:
        yield Refusal(early, field="served_on")
    if served_on > today:
        yield Refusal("收到副本日期不能晚于今天", field="served_on")


def against_both(kind: str, rows: Iterable[RemedyRecord]) -> Iterator[Refusal]:
    """Reasons why a reconsideration and a suit would run in parallel; ``rows`` are remedies against the same decision."""
    other = RemedyKind.SUIT if kind == RemedyKind.REVIEW else RemedyKind.REVIEW
    if any(row.kind == other and row.status not in CONFIRMED_REMEDIES for row in rows):
        both = f"{other.label}已经受理、尚未办结，不能同时{RemedyKind(kind).label}（《行政复议法》第二十九条）"
        yield Refusal(both, field="kind")


def closed_review(rows: Iterable[R]) -> R | None:
    """The last reconsideration that left the decision unchanged; a suit after it has a term of its own. None if there is none."""
    ended = [row for row in rows if row.kind == RemedyKind.REVIEW and row.status == RemedyState.CLOSED]
    left = [row for row in ended if row.outcome != RemedyOutcome.WITHDRAWN and not row.restores]
    return max(left, key=lambda row: (row.outcome_on or row.filed_on, row.pk), default=None)


@dataclass(frozen=True)
class RemedyWay:
    """A remedy available against a decision: its name, the last day to file it, and how that day is computed."""

    name: str
    until: dt.date
    explained: str


def first_ways(served: dt.date | None, kinds: Iterable[RemedyKind], calendar: WorkCalendar) -> list[RemedyWay]:
    """Remedies of these kinds against a decision served on ``served``; empty while no service is recorded."""
    if served is None:
        return []
    return [RemedyWay(str(kind.label), FIRST[kind].last_day(served, calendar), FIRST[kind].explained(served, "送达")) for kind in kinds]


def all_ways(
    served: dt.date | None, kinds: Iterable[RemedyKind], rows: Collection[RemedyRecord], calendar: WorkCalendar
) -> list[RemedyWay]:
    """Remedies against a decision after those already filed: once a reconsideration has ended only the suit after it, with its own term."""
    first = [] if closed_review(rows) else first_ways(served, kinds, calendar)
    return [*first, *later_ways(rows, calendar)]


def later_ways(rows: Collection[RemedyRecord], calendar: WorkCalendar) -> list[RemedyWay]:
    """Remedies after those already filed: a suit after its reconsideration, an appeal after a judgment."""
    found, review = [], closed_review(rows)
    if review is not None and review.outcome_on is not None:
        since = review.outcome_on
        said = SUE_AFTER_REVIEW.explained(since, "复议决定送达")
        found.append(RemedyWay("复议后行政诉讼", SUE_AFTER_REVIEW.last_day(since, calendar), said))
    judged = (row for row in rows if row.kind == RemedyKind.SUIT and row.status == RemedyState.JUDGED and row.judged_on is not None)
    return [*found, *(_appeal("上诉", suit, calendar) for suit in judged)]


def _appeal(name: str, suit: RemedyRecord, calendar: WorkCalendar) -> RemedyWay:
    """Term of an appeal against a judgment that was served."""
    said = appeal_term(suit).explained(suit.judged_on or suit.filed_on, "一审裁判送达")
    return RemedyWay(name, appeal_until(suit, calendar), said)


def way_taken(remedy: RemedyRecord, served: dt.date | None, calendar: WorkCalendar) -> RemedyWay | None:
    """Term within which this remedy had to be filed against a decision served on ``served``; None if no service is recorded."""
    if remedy.after is not None:
        return way_after(remedy, calendar)
    if served is None or remedy.kind not in FIRST:
        return None
    name, term = "申请期限" if remedy.kind == RemedyKind.REVIEW else "起诉期限", FIRST[remedy.kind]
    return RemedyWay(name, term.last_day(served, calendar), term.explained(served, "送达"))


def way_after(remedy: RemedyRecord, calendar: WorkCalendar) -> RemedyWay | None:
    """Term of an appeal after its judgment, or of a suit after its reconsideration; None for a first remedy."""
    before = remedy.after
    if before is None:
        return None
    if remedy.kind == RemedyKind.APPEAL and before.judged_on is not None:
        return _appeal("上诉期限", before, calendar)
    if remedy.kind == RemedyKind.SUIT and before.outcome_on is not None:
        since = before.outcome_on
        return RemedyWay("起诉期限", SUE_AFTER_REVIEW.last_day(since, calendar), SUE_AFTER_REVIEW.explained(since, "复议决定送达"))
    return None


def following(remedy: RemedyRecord) -> list[RemedyRecord]:
    """Appeals against the judgment of a suit, or suits after a reconsideration, in the order of filing."""
    model: type[Any] = type(remedy)
    return list(model.objects.filter(after=remedy.pk).order_by("filed_on", "pk"))


def needs_redoing(remedy: Remedy) -> bool:
    """Whether the outcome set aside a decision that must be made anew: every decision but a loss of title, which restores the title."""
    return remedy.restores and remedy.case.kind != CaseKind.LOSS


def concerns(remedy: RemedyRecord, action: str) -> bool:
    """Whether a step applies to this remedy by its kind, outcome and stay; other steps are not shown on its page."""
    if isinstance(remedy, Remedy):
        if action in {"confirm", "confirm_redo"}:
            return (action == "confirm_redo") == needs_redoing(remedy)
        if action in {"stay", "lift"}:
            return (action == "lift") == remedy.is_stayed
    if action == "ordinary":
        return remedy.is_simplified
    if action == "judge":
        return remedy.kind == RemedyKind.SUIT
    return action != "reply" or remedy.owes_reply
