"""Last days of the steps of a case, for the city, the endorsing body and the holder of a title (pure functions)."""

import datetime as dt
from collections.abc import Iterable

from approvals.cases.suspension import Span, working_days
from greendistrict.policy.dates import TermSettings

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


def announcing_term(decided_on: dt.date, terms: TermSettings) -> dt.date:
    """Last day to announce a decision."""
    return terms.last_day(decided_on, ANNOUNCING)


def serving_term(decided_on: dt.date, terms: TermSettings) -> dt.date:
    """Last day to serve a decision that takes a title away."""
    return terms.last_day(decided_on, SERVING)


def weighing_term(heard: dt.date, terms: TermSettings) -> dt.date:
    """Last day to assess a statement that was made, or to continue after its term ended without one."""
    return terms.last_day(heard, WEIGHING)


def cancelling_term(failed_on: dt.date, terms: TermSettings) -> dt.date:
    """Last day to notify a pilot whose acceptance failed that its title is to be cancelled (八（三）)."""
    return terms.last_day(failed_on, CANCELLING)


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
