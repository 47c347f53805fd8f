"""Working days on which the handling period of a case is suspended because the applicant has to answer."""

import datetime as dt
from collections.abc import Iterable

from approvals.cases.models.cases import Case
from greendistrict.core import clock
from greendistrict.core.workdays import WorkCalendar

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
