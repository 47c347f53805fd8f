"""Dates of self-checks, yearly reports and stage assessments, computed from the settings."""

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from greendistrict.core import workdays
from greendistrict.core.days import MONTHS, day_in_words, months_later
from greendistrict.policy import parameters
from greendistrict.policy.dates import TermSettings, due_date, nominal_date

FIRST_IN_FORCE = dt.date(2023, 10, 1)
MOST_CYCLES = 100
NO_DAY = "没有登记公告日的试点称号"


class Window(NamedTuple):
    """Dates of a self-check: drafts from ``draft_from``, filing from ``opens`` through ``due``, received or returned by ``receipt``."""

    draft_from: dt.date
    opens: dt.date
    due: dt.date
    receipt: dt.date


def self_check_windows(years: Iterable[int]) -> dict[int, Window]:
    """Windows by year reported on; settings and calendar are read once, last days rolled to working days."""
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


def receiving_term(filed: dt.date, terms: TermSettings) -> dt.date:
    """Last day of receiving or returning what was filed on a day (setting ``receive_days``)."""
    return terms.last_day(filed, "receive_days")


def receiving_day(filed: dt.date, window: Window, terms: TermSettings) -> dt.date:
    """Last day of receiving or returning a self-check: as ``receiving_term``, but not before the yearly day named in the settings."""
    return max(window.receipt, receiving_term(filed, terms))


def countersigning_term(sent: dt.date, terms: TermSettings) -> dt.date:
    """Last day of countersigning a self-check that was sent on this day. An expired term never counts as consent."""
    return terms.last_day(sent, "countersign_days")


def recheck_term(handed_in: dt.date, terms: TermSettings) -> dt.date:
    """Last day of re-checking corrections that were handed in on this day."""
    return terms.last_day(handed_in, "recheck_days")


def concluding_term(filed: dt.date, terms: TermSettings) -> dt.date:
    """Last day of concluding a stage assessment whose papers were filed on this day; it never runs before they are there."""
    return terms.last_day(filed, "stage.conclude_days")


def not_yet_open(year: int, today: dt.date) -> str:
    """Refusal text before the filing window of ``year`` opens; empty afterwards (八（二）)."""
    opens = nominal_date(parameters.load().text("selfcheck.window_opens"), year)
    if today >= opens:
        return ""
    return f"{year}年度自查自{day_in_words(opens)}{parameters.default_mark('selfcheck.window_opens')}起报送"


class Cycle(NamedTuple):
    """One point of the three-year cycle: its number, its day, and first and last day of filing. An early assessment has no number."""

    round: int | None
    day: dt.date
    opens: dt.date
    last: dt.date


class StageTerms(NamedTuple):
    """Settings of the group ``stage`` and the working days, read once for many districts."""

    years: int
    before: int
    grace: int
    calendar: workdays.WorkCalendar


def stage_terms() -> StageTerms:
    """Read the settings of the stage assessment."""
    held = parameters.load()
    years, before, grace = (held.integer(f"stage.{key}") for key in ("cycle_years", "window_opens_days_before", "grace_days"))
    return StageTerms(years, before, grace, workdays.current())


def stage_cycles(announced: dt.date, until: dt.date, terms: StageTerms) -> list[Cycle]:
    """Points of the stage assessment's cycle since the pilot's announcement, opened by ``until`` (八（二）).

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


def held_on_paper(opens: dt.date, held: Iterable[dt.date], years: int, until: dt.date) -> dt.date | None:
    """The first of the days ``held`` by ``until`` that meets the point of the cycle whose filing opens on ``opens``; None without one.

    The cycle has ``years`` years; ``held`` are the days of assessments that were held on paper and entered later (补录).
    """
    over = anniversary(opens, years)
    return min((day for day in held if opens <= day < over and day <= until), default=None)


def met_on_paper(opens: dt.date, held: Iterable[dt.date], years: int, on: dt.date, filed: dt.date | None) -> dt.date | None:
    """As ``held_on_paper`` by the day ``on``, but not after the papers were ``filed``: what was owed when it was filed stays so."""
    return held_on_paper(opens, held, years, min(filed, on) if filed else on)


def number_of(point: Cycle, given: Iterable[int | None]) -> int:
    """Number of the assessment at ``point``: the point's own, or the next after the highest in ``given`` if larger (title granted anew)."""
    return max(point.round or 1, 1 + max((number for number in given if number is not None), default=0))


def next_cycle(announced: dt.date, after: dt.date, terms: StageTerms) -> Cycle | None:
    """The first point of the cycle later than the day ``after``, whether its filing has opened or not."""
    far = anniversary(after, terms.years + 1)
    points = stage_cycles(announced, anniversary(max(far, announced), terms.years), terms)
    return next((point for point in points if point.day > after), None)


def anniversary(day: dt.date, years: int) -> dt.date:
    """The same day ``years`` later; 29 February becomes 28 February."""
    return months_later(day, years * MONTHS)
