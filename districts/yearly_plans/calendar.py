"""Deadlines of the yearly implementation plan: from the settings, possibly moved or waived by a decision."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from greendistrict.core import workdays
from greendistrict.core.registry import Registry
from greendistrict.policy import dates, parameters

NEAR_DAYS = 90  # the next plan is asked for on the work desk from then on; the portal's own habit
PlanDecisions = Mapping[tuple[int, int], dt.date | None]
NO_DECISIONS: PlanDecisions = MappingProxyType({})
# Set by ``obligations/wiring.py``, a higher app; read by ``decided_plans``.
_decided: Registry[Callable[[dt.date | None], PlanDecisions]] = Registry(
    "who decides on more time for yearly plans", entry="days of yearly plans of leading bodies that a decision moved or waived"
)


def register_decided(read: Callable[[dt.date | None], PlanDecisions]) -> None:
    """Register the function that gives (leading body, year) → the day a plan was moved to, or None if waived, by a day; called once."""
    _decided.register("obligations", read)


def decided_plans(on: dt.date | None = None) -> PlanDecisions:
    """Deadlines decided by the end of a day, by (leading body, year): the day the plan was moved to, None if it was waived."""
    return {plan: day for read in _decided for plan, day in read(on).items()}


class PlanDeadline(NamedTuple):
    """Last day of filing a plan; ``is_moved`` by a decision, ``is_waived`` if no plan is owed."""

    day: dt.date
    is_moved: bool = False
    is_waived: bool = False

    @property
    def awaited_on(self) -> dt.date | None:
        """Day to show in a task; None if the plan is waived."""
        return None if self.is_waived else self.day

    @property
    def note(self) -> str:
        """Basis of the deadline, in words."""
        if self.is_waived:
            return "经审定免报"
        return "已延期" if self.is_moved else "遇休息日顺延"


def deadline_of(body: int, year: int, usual: dt.date, decided: PlanDecisions) -> PlanDeadline:
    """Last day of the plan of a leading body: the usual one unless a decision moved or waived it."""
    if (body, year) not in decided:
        return PlanDeadline(usual)
    day = decided[body, year]
    return PlanDeadline(usual, is_waived=True) if day is None else PlanDeadline(day, is_moved=True)


def plan_dues(years: Iterable[int]) -> dict[int, dt.date]:
    """Last day of filing the plan of each year (setting ``plan_due``); settings and calendar are read once."""
    held, calendar = parameters.load(), workdays.current()
    return {year: dates.plan_due(held, year=year, calendar=calendar) for year in years}


def plan_deadline(body: int, year: int) -> PlanDeadline:
    """Last day of filing the plan of a leading body for ``year``."""
    return deadline_of(body, year, plan_dues([year])[year], decided_plans())
