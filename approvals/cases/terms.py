"""Last days of the steps of a case: what the city, the endorsing body and the holder of a title have to do by when. Pure."""

import datetime as dt
from collections.abc import Iterable

from approvals.cases.suspension import Span, working_days
from greendistrict.policy.dates import TermSettings

# Setting that gives the working days of each term.
HANDLING, CHECKING, NOTICE, OBJECTION = "form_review_days", "decide_days", "notice_days", "objection_reply_days"
ANNOUNCING, SERVING, WEIGHING, CANCELLING = "announce_days", "serve_days", "weigh_days", "cancel_start_days"
ENDORSING = "endorse_remind_days"


def handling_term(sent: dt.date, terms: TermSettings, held: int = 0) -> dt.date:
    """Receipt and formal review of a case sent on a day; the applicant ``held`` it that many working days, which do not count."""
    return terms.last_day(sent, HANDLING, held)


def chain_term(came: dt.date, terms: TermSettings) -> dt.date:
    """审核, 法制审核 or 审定 of a case that came to it on a day."""
    return terms.last_day(came, CHECKING)


def notice_term(concluded: dt.date, terms: TermSettings, asked: Iterable[Span] = ()) -> dt.date:
    """Opening the notice, or handing the case on, after the panel's conclusion.

    ``asked`` are the times in which binding opinions lay with the district; their working days after the conclusion do not count.
    """
    spans = [(max(first, concluded), last) for first, last in asked if last > concluded]
    return terms.last_day(concluded, NOTICE, working_days(spans, terms.calendar))


def closing_term(closes_on: dt.date, terms: TermSettings) -> dt.date:
    """Closing a notice once its days are over."""
    return terms.last_day(closes_on, NOTICE)


def objection_term(filed: dt.date, terms: TermSettings) -> dt.date:
    """Answering an objection filed on a day."""
    return terms.last_day(filed, OBJECTION)


def announcing_term(decided_on: dt.date, terms: TermSettings) -> dt.date:
    """Announcing a decision."""
    return terms.last_day(decided_on, ANNOUNCING)


def serving_term(decided_on: dt.date, terms: TermSettings) -> dt.date:
    """Serving a decision that takes a title away."""
    return terms.last_day(decided_on, SERVING)


def weighing_term(heard: dt.date, terms: TermSettings) -> dt.date:
    """Weighing what was stated, or going on after the term for it ended without a statement."""
    return terms.last_day(heard, WEIGHING)


def cancelling_term(failed_on: dt.date, terms: TermSettings) -> dt.date:
    """Telling a pilot whose acceptance failed that its title is to be cancelled, 八（三）."""
    return terms.last_day(failed_on, CANCELLING)


def endorsing_reminder(came: dt.date, on: dt.date, terms: TermSettings) -> dt.date:
    """Next day on which an endorsement that is not there is asked for: the policy sets no last day, so none is ever missed."""
    every = max(1, terms.settings.integer(ENDORSING))
    passed = terms.calendar.between(came, on)
    day = terms.calendar.add(came, every * max(1, -(-passed // every)))
    return day if day >= on else terms.calendar.add(day, every)


def endorsing_asked(came: dt.date, on: dt.date, terms: TermSettings) -> dt.date | None:
    """Last day before on which it was asked for, so that a day without a sweep is made up for; None on such a day itself."""
    following = endorsing_reminder(came, on, terms)
    before = terms.calendar.add(following, -max(1, terms.settings.integer(ENDORSING)))
    return before if following > on and before > came else None
