"""Dates of the yearly implementation plan, from the settings."""

import datetime as dt
from collections.abc import Iterable

from greendistrict.core import workdays
from greendistrict.policy import dates, parameters

NEAR_DAYS = 90  # the next plan is asked for on the work desk from then on; the portal's own habit


def plan_dues(years: Iterable[int]) -> dict[int, dt.date]:
    """Last day of filing the plan of each year (``plan_due``), settings and calendar read once."""
    held, calendar = parameters.load(), workdays.current()
    return {year: dates.plan_due(held, year=year, calendar=calendar) for year in years}


def plan_due(year: int) -> dt.date:
    """Last day of filing the plan of ``year``."""
    return plan_dues([year])[year]
