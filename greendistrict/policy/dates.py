"""Dates in the settings that leave the year open (``Y+1-03-31``), moved to the next working day if needed."""

import datetime as dt
import re
from functools import lru_cache
from typing import NamedTuple

from greendistrict.core.days import day_in_words
from greendistrict.core.workdays import WorkCalendar
from greendistrict.policy.parameters import DATE, Parameters

EXPRESSION = DATE
KEPT = 512  # expressions are those of settings
_WORDS = re.compile(r"(?P<year>上年|当年|次年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日")
_YEARS = {"上年": "Y-1-", "当年": "Y-", "次年": "Y+1-", None: ""}


class WrongExpression(ValueError):  # noqa: N818 -- reads as a sentence
    """Not of the form ``Y-MM-DD``, ``Y+1-MM-DD`` or ``MM-DD``, or not a valid date."""


@lru_cache(maxsize=KEPT)
def nominal_date(expression: str, year: int) -> dt.date:
    """Date of an expression without moving it to a working day; ``Y`` is ``year``. Raises ``WrongExpression``."""
    match = EXPRESSION.fullmatch(expression.strip())
    try:
        if match:
            return dt.date(year + int(match["shift"] or 0), int(match["month"]), int(match["day"]))
    except ValueError:
        pass
    msg = f"not a date of year {year}: {expression!r}"
    raise WrongExpression(msg)


def due_date(expression: str, *, year: int, calendar: WorkCalendar) -> dt.date:
    """Last day of a duty: the date as written, or the next working day if it is a rest day. Raises ``WrongExpression``."""
    return calendar.roll_forward(nominal_date(expression, year))


@lru_cache(maxsize=KEPT)
def in_words(expression: str) -> str:
    """Date expression in Chinese: ``Y+1-03-31`` is 次年3月31日, ``2024-01-01`` is 2024年1月1日; anything else unchanged."""
    match = EXPRESSION.fullmatch(expression)
    if not match:
        try:
            day = dt.date.fromisoformat(expression)
        except ValueError:
            return expression
        return day_in_words(day)
    shift = int(match["shift"] or 0)
    known = {-1: "上年", 0: "当年", 1: "次年"}
    year = known.get(shift, f"{abs(shift)}年{'后' if shift > 0 else '前'}") if expression.startswith("Y") else ""
    return f"{year}{int(match['month'])}月{int(match['day'])}日"


def from_words(text: str) -> str:
    """Expression of a date in words, such as 次年3月31日; other text is returned unchanged."""
    match = _WORDS.fullmatch(text.replace(" ", ""))
    return f"{_YEARS[match['year']]}{int(match['month']):02d}-{int(match['day']):02d}" if match else text


def plan_due(parameters: Parameters, *, year: int, calendar: WorkCalendar) -> dt.date:
    """Due day of the implementation plan of ``year`` (setting ``plan_due``), moved to a working day."""
    return due_date(parameters.text("plan_due"), year=year, calendar=calendar)


class TermSettings(NamedTuple):
    """Settings and work calendar, read once to compute the last days of many objects."""

    settings: Parameters
    calendar: WorkCalendar

    def last_day(self, since: dt.date, key: str, more: int = 0) -> dt.date:
        """Last day of a term after ``since``: the working days of setting ``key``, and ``more`` working days that do not count."""
        return self.calendar.add(since, self.settings.integer(key) + more)
