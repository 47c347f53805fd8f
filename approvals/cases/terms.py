"""Last days of the steps of a case, for the city, the endorsing body and the holder of a title (pure functions).

Also here: Working days on which the handling period of a case is suspended because the applicant has to answer.
"""

import datetime as dt
from collections.abc import Iterable

from approvals.cases.models.cases import Case
from greendistrict.core import clock
from greendistrict.core.workdays import WorkCalendar
from greendistrict.policy.dates import TermSettings

Span = tuple[dt.date, dt.date]


def days_held(case: Case, calendar: WorkCalendar, today: dt.date) -> int:
    """Working days from each request (补正, 预评审) to its answer, or to today if unanswered; overlapping days count once.

    Reads ``corrections`` and ``questions`` of the case; prefetch them for many cases.
    """
    spans = [(_day(row.issued_at), _day(row.answered_at) if row.answered_at else today) for row in case.corrections.all()]
    spans += [(_day(row.asked_at), _day(row.answered_at) if row.answered_at else today) for row in case.questions.all()]
    return working_days(spans, calendar)


def working_days(spans: Iterable[Span], calendar: WorkCalendar) -> int:
    """Number of working days in all spans; overlapping days count once."""
    return sum(calendar.between(first, last) for first, last in merged(spans))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order of time; overlapping or adjacent ones are merged."""
    joined: list[Span] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.SHANGHAI).date()


# Setting that gives the working days of each term.
HANDLING, CHECKING, NOTICE, OBJECTION = "form_review_days", "decide_days", "notice_days", "objection_reply_days"
ANNOUNCING, SERVING, WEIGHING, CANCELLING = "announce_days", "serve_days", "weigh_days", "cancel_start_days"
ENDORSING = "endorse_remind_days"


def handling_term(sent: dt.date, terms: TermSettings, held: int = 0) -> dt.date:
    """Last day of receipt and formal review of a case submitted on ``sent``; the ``held`` working days at the applicant do not count."""
    return terms.last_day(sent, HANDLING, held)


def chain_term(came: dt.date, terms: TermSettings) -> dt.date:
    """Last day of 审核, 法制审核 or 审定 of a case that arrived there on ``came``."""
    return terms.last_day(came, CHECKING)


def notice_term(concluded: dt.date, terms: TermSettings, asked: Iterable[Span] = ()) -> dt.date:
    """Last day to open the notice, or to pass the case on, after the panel's conclusion.

    ``asked``: spans in which binding opinions lay with the district; their working days after the conclusion do not count.
    """
    spans = [(max(first, concluded), last) for first, last in asked if last > concluded]
    return terms.last_day(concluded, NOTICE, working_days(spans, terms.calendar))


def closing_term(closes_on: dt.date, terms: TermSettings) -> dt.date:
    """Last day to close a notice whose days have passed."""
    return terms.last_day(closes_on, NOTICE)


def objection_term(filed: dt.date, terms: TermSettings) -> dt.date:
    """Last day to answer an objection filed on ``filed``."""
    return terms.last_day(filed, OBJECTION)


def announcing_term(decided_on: dt.date, terms: TermSettings, stayed: int = 0) -> dt.date:
    """Last day to announce a decision; the ``stayed`` working days do not count."""
    return terms.last_day(decided_on, ANNOUNCING, stayed)


def serving_term(decided_on: dt.date, terms: TermSettings) -> dt.date:
    """Last day to serve a decision that takes a title away."""
    return terms.last_day(decided_on, SERVING)


def weighing_term(heard: dt.date, terms: TermSettings) -> dt.date:
    """Last day to assess a statement that was made, or to continue after its term ended without one."""
    return terms.last_day(heard, WEIGHING)


def cancelling_term(failed_on: dt.date, terms: TermSettings, stayed: int = 0) -> dt.date:
    """Last day to notify a pilot whose acceptance failed that its title is to be cancelled (八（三）).

    The ``stayed`` working days do not count.
    """
    return terms.last_day(failed_on, CANCELLING, stayed)


def endorsing_reminder(came: dt.date, on: dt.date, terms: TermSettings) -> dt.date:
    """Next day on which a missing endorsement is asked for. The policy sets no last day for it, so it is never overdue."""
    every = max(1, terms.settings.integer(ENDORSING))
    passed = terms.calendar.between(came, on)
    day = terms.calendar.add(came, every * max(1, -(-passed // every)))
    return day if day >= on else terms.calendar.add(day, every)


def endorsing_asked(came: dt.date, on: dt.date, terms: TermSettings) -> dt.date | None:
    """Last earlier day on which the endorsement should have been asked for, to catch up on a missed run; None on such a day itself."""
    following = endorsing_reminder(came, on, terms)
    before = terms.calendar.add(following, -max(1, terms.settings.integer(ENDORSING)))
    return before if following > on and before > came else None
