"""Terms of expert reviews: invitations, scores, meeting, signatures.

An expert's obligations are visible to the expert, the secretariat and every seat of the city, so that all of them count the same. They see
the expert's number, not the name.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from itertools import groupby
from operator import itemgetter

from django.db.models import Exists, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from assessments.reviews import terms
from assessments.reviews.enums import AT_WORK, ENDED_STATES, ReviewState, SeatDuty
from assessments.reviews.lifecycle.review import MEMBER
from assessments.reviews.models import PanelMember, Review
from assessments.reviews.rules import SEAT
from greendistrict.core import clock
from greendistrict.core.addresses import reverse
from greendistrict.workflow.history import Passed, Stay, changed_since, passed, stays, steps_column
from obligations.duties import Actors, Obligation
from obligations.matter_rows import MatterRows, Row, Since, moved_since, rows_of
from obligations.matters import INSIDE, SECRETARY, Debtor, Matter, OwedTerm, done_by, is_listed, owed
from obligations.way import Day, How

KINDS = (*SeatDuty, "meeting")
SETTINGS = {SeatDuty.INVITATION: terms.ANSWERING, SeatDuty.SIGNATURES: terms.SIGNING}  # the secretariat sets the day of the scores
ACCEPTED = MEMBER.named("accept")
LEAVING = MEMBER.named("decline", "recuse", "release", "drop_out", "lapse")
ANSWERS = ACCEPTED | MEMBER.named("decline", "recuse")
COLUMNS = (
    *("pk", "number", "review_id", "expert__user_id", "invited_at", "submitted_at", "signed_at"),
    *("review__score_due", "review__status", "review__table__district_id"),
    *("review__table__district__name", "review__table__district__is_demo", "called", "steps", "moves"),
)


def _seats(since: Since) -> QuerySet[PanelMember]:
    """Panel seats of reviews in progress or moved recently, with their steps and those of the review."""
    live = ~Q(review__status__in=ENDED_STATES) | Exists(changed_since(Review, since.moment, "review_id"))
    called, steps = KeyTextTransform("number", "review__subject"), steps_column(PanelMember)
    return PanelMember.objects.filter(live).annotate(called=called, steps=steps, moves=steps_column(Review, "review_id"))


SEATS = MatterRows(
    *(PanelMember._meta.label_lower, _seats, COLUMNS),
    is_live=lambda row, since: row["review__status"] not in ENDED_STATES or moved_since(row["moves"], since),
    days=("review__score_due",),
    moments=("invited_at", "submitted_at", "signed_at"),
    place="review__table__district",
    order=("review_id", "number"),
)
TABLES = (SEATS,)


class PanelSeat:
    """A seat on a panel as it was at the end of a day."""

    def __init__(self, row: Row, day: Day) -> None:
        """Build from a row of ``SEATS``."""
        self.row, self.day = row, day
        self.steps = [step for step in passed(row["steps"]) if step.on <= day.on]
        self.submitted, self.signed = done_by(day.on, row["submitted_at"]), done_by(day.on, row["signed_at"])

    @cached_property
    def answered(self) -> dt.date | None:
        """Day of the answer to the invitation."""
        return next((step.on for step in self.steps if step.action in ANSWERS), None)

    @property
    def is_seated(self) -> bool:
        """Whether the expert accepted and has not left."""
        return any(step.action in ACCEPTED for step in self.steps) and not self.has_left

    @property
    def has_left(self) -> bool:
        """Whether the seat is vacant again."""
        return any(step.action in LEAVING for step in self.steps)

    @property
    def matter(self) -> Matter:
        """Properties shared by its obligations; no name."""
        return _matter(self.row, SEAT, self.row["pk"], f"{self.row['called']}专家{self.row['number']}")

    @property
    def expert(self) -> Debtor:
        """The expert, in person."""
        return Debtor(f"专家{self.row['number']}", Actors((), (), (self.row["expert__user_id"],)))

    def owes(self, kind: SeatDuty, what: str, due: dt.date, how: How, met_on: dt.date | None) -> Obligation:
        """Build an obligation of the expert towards the secretariat."""
        by_default = kind in SETTINGS and self.day.is_default(SETTINGS[kind])
        term = OwedTerm(kind, "", what, due, how, met_on, seen_by=INSIDE, to="评审秘书", is_default=by_default)
        return owed(self.matter, self.expert, term)


def _matter(row: Row, of: str, pk: int, name: str) -> Matter:
    about = (row["review__table__district_id"], row["review__table__district__name"], row["review__table__district__is_demo"])
    return Matter(of, pk, *about, None, "", (), name, reverse("assessments:review", args=[row["review_id"]]), row["review__status"])


def collect(day: Day, only: Collection[int] | None = None) -> Iterable[Obligation]:
    """Obligations of experts and secretariat on a day, and those met in the year before it."""
    for _review, rows in groupby(rows_of(SEATS, day.since, only), key=itemgetter("review_id")):
        seats = [PanelSeat(row, day) for row in rows if done_by(day.on, row["invited_at"])]
        if seats:
            yield from (one for one in _of_review(seats, day) if is_listed(one, day))


def _of_review(seats: list[PanelSeat], day: Day) -> Iterator[Obligation]:
    moves = passed(seats[0].row["moves"])
    ended = any(move.target in ENDED_STATES and move.on <= day.on for move in moves)
    scoring, session = (stays(moves, (state,), day.on) for state in AT_WORK)
    for seat in seats:
        yield from _invitation(seat, day, moves)
        if scoring and not (ended and seat.submitted is None):
            yield from _scores(seat, scoring[0], day)
        if session:
            yield from _signature(seat, session[-1], day)
    yield from _meeting(seats, scoring, day)


def _invitation(seat: PanelSeat, day: Day, moves: list[Passed]) -> Iterator[Obligation]:
    """An invitation ends with its last day if unanswered; then the next expert is drawn."""
    over = any(move.target in {ReviewState.MEETING, *ENDED_STATES} and move.on <= day.on for move in moves)
    if seat.answered is None and (seat.has_left or over):
        return
    invited = seat.row["invited_at"].astimezone(clock.SHANGHAI).date()
    how = day.how(invited, "邀请", terms.ANSWERING)
    yield seat.owes(SeatDuty.INVITATION, "答复评审邀请", terms.answering_term(invited, day.terms), how, seat.answered)


def _scores(seat: PanelSeat, scoring: Stay, day: Day) -> Iterator[Obligation]:
    due = seat.row["review__score_due"]
    if due is None or (seat.submitted is None and not seat.is_seated):
        return
    how = How(f"{day.words(scoring.since)}开始评分", "评审秘书确定的评分截止日")
    yield seat.owes(SeatDuty.SCORES, "评分", due, how, seat.submitted)


def _signature(seat: PanelSeat, session: Stay, day: Day) -> Iterator[Obligation]:
    """Seated experts sign after the meeting; those who had not signed before the conclusion are no longer asked."""
    if not seat.is_seated or (session.until is not None and (seat.signed is None or session.left != "conclude")):
        return
    how = day.how(session.since, "评审会", terms.SIGNING)
    yield seat.owes(SeatDuty.SIGNATURES, "签名", terms.signing_term(session.since, day.terms), how, seat.signed)


def _meeting(seats: list[PanelSeat], scoring: list[Stay], day: Day) -> Iterator[Obligation]:
    """The meeting, once all scores are in; again after an adjournment."""
    sitting = [seat.submitted for seat in seats if seat.is_seated]
    handed_in = [one for one in sitting if one is not None]
    for stay in scoring:
        if stay.until is not None and stay.left != "open_meeting":
            continue
        if stay.until is None and (not sitting or len(handed_in) < len(sitting)):
            continue
        scored = max([stay.since, *(one for one in handed_in if stay.until is None or one <= stay.until)])
        row = seats[0].row
        how = day.how(scored, "评分齐全", terms.MEETING)
        due = terms.meeting_term(scored, day.terms)
        term = OwedTerm(
            "meeting", str(stay.number), "评审会", due, how, stay.until, seen_by=INSIDE, is_default=day.is_default(terms.MEETING)
        )
        yield owed(_matter(row, "review", row["review_id"], str(row["called"])), SECRETARY, term)
