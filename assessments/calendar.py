"""Dates of self-checks, yearly reports and stage assessments, from the settings; obligations collect them, nothing stores them."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from assessments.intake import FORMS
from greendistrict.core import workdays
from greendistrict.policy import parameters
from greendistrict.policy.dates import due_date, nominal_date

FIRST_IN_FORCE = dt.date(2023, 10, 1)
MOST_CYCLES = 100


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


def fallen_due(today: dt.date) -> int:
    """The newest year whose self-check should have been filed before ``today``."""
    windows = self_check_windows((today.year - 1, today.year - 2))
    return max((year for year, window in windows.items() if window.due < today), default=today.year - 3)


def reports_fallen_due(today: dt.date) -> dict[str, int]:
    """The newest year whose report of a kind should have been handed in before ``today``."""
    dues = report_dues((today.year - 1, today.year - 2))
    return {kind: max((year for (one, year), due in dues.items() if one == kind and due < today), default=today.year - 3) for kind in FORMS}


def report_dues(years: Iterable[int]) -> dict[tuple[str, int], dt.date]:
    """Last days of the reports on a year of operation, by kind and year reported on; settings and calendar read once."""
    wanted = set(years)
    if not wanted:
        return {}
    held, calendar = parameters.load(), workdays.current()
    return {
        (kind, year): due_date(held.text(form.setting), year=year, calendar=calendar) for kind, form in FORMS.items() for year in wanted
    }


class Cycle(NamedTuple):
    """One point of the three-year cycle: its number, its day, and from when and until when the district files."""

    round: int
    day: dt.date
    opens: dt.date
    last: dt.date


class StageTerms(NamedTuple):
    """Settings ``stage`` and the working days, read once for many districts."""

    years: int
    before: int
    grace: int
    calendar: workdays.WorkCalendar


def stage_terms() -> StageTerms:
    """Read the terms in force."""
    held = parameters.load()
    years, before, grace = (held.integer(f"stage.{key}") for key in ("cycle_years", "window_opens_days_before", "grace_days"))
    return StageTerms(years, before, grace, workdays.current())


def stage_cycles(announced: dt.date, until: dt.date, terms: StageTerms) -> list[Cycle]:
    """Points of the stage assessment's cycle from the pilot's announcement, those that opened by ``until`` (八（二）).

    Points before the policy was in force are left out; numbers count the points from the first one kept.
    """
    found: list[Cycle] = []
    for step in range(1, MOST_CYCLES):
        day = anniversary(announced, step * terms.years)
        opens = terms.calendar.add(day, -terms.before)
        if opens > until:
            break
        if day >= FIRST_IN_FORCE:
            found.append(Cycle(len(found) + 1, day, opens, terms.calendar.add(day, terms.grace)))
    return found


def anniversary(day: dt.date, years: int) -> dt.date:
    """Same day ``years`` later; 29 February becomes 28."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
