"""Official holidays of early 2026, for terms calculated by hand: 除夕 to 正月初七 off, two Saturdays worked."""

import datetime as dt

from greendistrict.core.workdays import SpecialDay, replace_year

RESTS = ((1, 1), (1, 2), (2, 16), (2, 17), (2, 18), (2, 19), (2, 20), (2, 23))
WORKED = ((1, 4), (2, 14), (2, 28))


def spring_festival() -> None:
    """Store the working days of 2026 around the spring festival."""
    rests = [SpecialDay(dt.date(2026, *day), working=False, name="春节") for day in RESTS]
    worked = [SpecialDay(dt.date(2026, *day), working=True, name="调休") for day in WORKED]
    replace_year(year=2026, days=[*rests, *worked], source="演示安排（虚构）")


def day(month: int, date: int) -> dt.date:
    """A day of 2026."""
    return dt.date(2026, month, date)
