"""Which backups are kept: those of the last days, and the first of each month for a year (pure)."""

import datetime as dt
import re
from collections.abc import Iterable

PREFIX = "greendistrict-"
NAMED = re.compile(rf"{PREFIX}(\d{{8}})-(\d{{6}})\.tar(?:\.age)?")
MONTHS = 12


def name_of(moment: dt.datetime, suffix: str) -> str:
    """Name of a backup made at this local time."""
    return f"{PREFIX}{moment:%Y%m%d-%H%M%S}.tar{suffix}"


def day_of(name: str) -> dt.date | None:
    """Day on which the backup with this name was made; None for other files."""
    found = NAMED.fullmatch(name)
    if found is None:
        return None
    try:
        return dt.datetime.strptime(found.group(1), "%Y%m%d").date()  # noqa: DTZ007 -- a day, no time
    except ValueError:
        return None


def superfluous(names: Iterable[str], today: dt.date, days: int) -> list[str]:
    """Backups that may be deleted, oldest first; never the newest one, and never other files."""
    known = sorted((name for name in names if day_of(name)), key=lambda name: name.removeprefix(PREFIX))
    firsts: dict[tuple[int, int], str] = {}
    for name in known:
        day = day_of(name) or today
        firsts.setdefault((day.year, day.month), name)
    kept = {name for (year, month), name in firsts.items() if (today.year - year) * MONTHS + today.month - month <= MONTHS}
    kept |= {name for name in known if (today - (day_of(name) or today)).days < days}
    return [name for name in known[:-1] if name not in kept]
