"""Dates of the yearly self-check, from the settings; obligations collect them, nothing stores them."""

import datetime as dt
from typing import NamedTuple

from greendistrict.core import workdays
from greendistrict.policy import parameters
from greendistrict.policy.dates import due_date, nominal_date


class Window(NamedTuple):
    """Filing window: from ``opens`` to ``due``, both included; drafts from ``draft_from``."""

    draft_from: dt.date
    opens: dt.date
    due: dt.date


def self_check_window(year: int) -> Window:
    """Window of the self-check that reports on ``year``; the last day rolls forward to a working day."""
    held = parameters.load()
    return Window(
        nominal_date(held.text("selfcheck.draft_from"), year),
        nominal_date(held.text("selfcheck.window_opens"), year),
        due_date(held.text("selfcheck.due"), year=year, calendar=workdays.current()),
    )


def self_check_due(year: int) -> dt.date:
    """Last day of filing the self-check that reports on ``year``."""
    return self_check_window(year).due


def self_check_receipt_due(year: int) -> dt.date:
    """Day by which the city receives or returns the self-checks that report on ``year``."""
    held = parameters.load()
    return due_date(held.text("selfcheck.city_receipt"), year=year, calendar=workdays.current())
