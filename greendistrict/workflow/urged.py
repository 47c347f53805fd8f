"""When people were last reminded about an object, by any kind of reminder; all kinds share one limit.

Each kind stores its own records. Objects are named as in keys of obligations: ``case-12``.
"""

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from greendistrict.core import workdays
from greendistrict.core.days import day_in_words
from greendistrict.core.locks import one_at_a_time
from greendistrict.policy import parameters

# (matters, first day that is asked about) → the last day on which those outside the city were urged, of the matters that were
UrgedSource = Callable[[Collection[str], dt.date], Mapping[str, dt.date]]


def hold() -> None:
    """Lock, so that nobody else sends reminders until the transaction ends."""
    one_at_a_time("urging")


def matter(of: str, pk: int) -> str:
    """Name of an object."""
    return f"{of}-{pk}"


class UrgingLimit:
    """How soon after a reminder the next may follow, as of a day; calendar and setting are read once."""

    def __init__(self, today: dt.date) -> None:
        """Read them."""
        self.today, self._calendar = today, workdays.current()
        self._apart = max(1, parameters.load().integer("urging_days"))

    def last_urged(self, matters: Collection[str], first: UrgedSource, *others: UrgedSource) -> dict[str, dt.date]:
        """Last day on which each object was reminded of by any of the sources, as far back as the limit reaches; one query each."""
        since = self._calendar.add(self.today, -self._apart)
        days: dict[str, dt.date] = {}
        for source in (first, *others) if matters else ():
            for key, day in source(matters, since).items():
                days[key] = max(day, days.get(key, day))
        return days

    def why_too_soon(self, last: dt.date) -> str:
        """Why an object reminded of on ``last`` may not be reminded of again yet; empty if it may."""
        if last >= self.today:
            return "今天已催办"
        again = self._calendar.add(last, self._apart)
        return "" if self.today >= again else f"{day_in_words(last)}已催办，{day_in_words(again)}起可再催"
