"""Dates of the yearly self-check, from the settings; obligations collect them, nothing stores them."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from greendistrict.core import workdays
from greendistrict.policy import parameters
from greendistrict.policy.dates import due_date, nominal_date


class Window(NamedTuple):
    """Drafts from ``draft_from``; filed from ``opens`` to ``due``, both included; received or returned by ``receipt``."""

    draft_from: dt.date
    opens: dt.date
    due: dt.date
    receipt: dt.date


def self_check_windows(years: Iterable[int]) -> dict[int, Window]:
    """Windows by year reported on, settings and calendar read once; last days roll forward to a working day."""
    wanted = set(years)
    if not wanted:
        return {}
    held, calendar = parameters.load(), workdays.current()
    return {
        year: Window(
            nominal_date(held.text("selfcheck.draft_from"), year),
            nominal_date(held.text("selfcheck.window_opens"), year),
            due_date(held.text("selfcheck.due"), year=year, calendar=calendar),
            due_date(held.text("selfcheck.city_receipt"), year=year, calendar=calendar),
        )
        for year in wanted
    }


def self_check_window(year: int) -> Window:
    """Window of the self-check that reports on ``year``."""
    return self_check_windows([year])[year]


def self_check_due(year: int) -> dt.date:
    """Last day of filing the self-check that reports on ``year``."""
    return self_check_window(year).due


def self_check_receipt_due(year: int) -> dt.date:
    """Day by which the city receives or returns the self-checks that report on ``year``."""
    return self_check_window(year).receipt
