"""Import the holiday table from the ``chinesecalendar`` package, which is not used elsewhere."""

import datetime as dt
from collections import defaultdict
from importlib.metadata import version
from typing import Any

from chinese_calendar import constants  # type: ignore[import-untyped]
from django.core.management.base import BaseCommand

from greendistrict.core.workdays import SpecialDay, replace_year

NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


def seeds() -> dict[int, list[SpecialDay]]:
    """Official arrangements by year: holidays, and weekend days worked in exchange (调休)."""
    years: dict[int, list[SpecialDay]] = defaultdict(list)
    listed: list[tuple[dict[dt.date, str], bool]] = [(constants.holidays, False), (constants.workdays, True)]
    for days, working in listed:
        for day, english in days.items():
            name = NAMES[english] + ("调休上班" if working else "")
            years[day.year].append(SpecialDay(date=day, working=working, name=name))
    return dict(sorted(years.items()))


class Command(BaseCommand):
    """``manage.py import_holidays``: idempotent; replaces years that changed."""

    help = "Seed the official holiday arrangements (2004-2026) into the calendar table."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Import each year and report what changed."""
        years = seeds()
        source = f"国务院办公厅节假日安排（chinesecalendar {version('chinesecalendar')}）"
        changed = [year for year, days in years.items() if replace_year(year=year, days=days, source=source)]
        self.stdout.write(f"{len(years)} years {min(years)}-{max(years)}, {len(changed)} changed")
