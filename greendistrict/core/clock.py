"""Business time. No other module reads the machine's clock for business purposes.

``GD_CLOCK_FILE`` names a file with an ISO 8601 date-time: business time starts there when the file is written and runs at normal speed.
All processes (web, worker, beat) read it, so that demonstrations and tests can jump over months.
"""

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.dateparse import parse_datetime

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEVER = dt.datetime(1970, 1, 1, tzinfo=SHANGHAI)
_journey: ContextVar[dt.datetime | None] = ContextVar("journey", default=None)


def now() -> dt.datetime:
    """Aware business time in Shanghai. Raises ``ValueError`` if the clock file contains no date-time."""
    if travelled := _journey.get():
        return travelled
    real = dt.datetime.now(tz=SHANGHAI)
    if not settings.CLOCK_FILE:
        return real
    try:
        found = os.stat(settings.CLOCK_FILE)  # noqa: PTH116 -- a page asks a hundred times, and a path takes as long as all the rest
        begun = _begun(settings.CLOCK_FILE, found.st_mtime_ns, found.st_ino, found.st_size) if found.st_size else None
    except FileNotFoundError:
        return real
    if begun is None:  # the file is being rewritten
        return real
    start, written = begun
    return start + max(dt.timedelta(0), real - written)


@lru_cache(maxsize=4)
def _begun(path: str, written_ns: int, _number: int, _size: int) -> tuple[dt.datetime, dt.datetime] | None:
    """Date-time in the clock file and its modification time, read once per version of the file; ``None`` while the file is empty."""
    start = _start(Path(path).read_text(encoding="utf-8").strip())
    return None if start is None else (start, dt.datetime.fromtimestamp(written_ns / 1e9, tz=SHANGHAI))


def _start(written: str) -> dt.datetime | None:
    if not written:
        return None
    start = parse_datetime(written)
    if start is None:
        msg = f"clock file holds no ISO date-time: {written!r}"
        raise ValueError(msg)
    return start.replace(tzinfo=start.tzinfo or SHANGHAI).astimezone(SHANGHAI)


def is_set() -> bool:
    """Whether ``at`` has set business time here."""
    return _journey.get() is not None


def today() -> dt.date:
    """Business date in Shanghai."""
    return now().date()


def day_began(moment: dt.datetime | None = None) -> dt.datetime:
    """Beginning of the day of ``moment`` (default today) in Shanghai."""
    return dt.datetime.combine(moment.astimezone(SHANGHAI).date() if moment else today(), dt.time(), SHANGHAI)


def end_of(day: dt.date) -> dt.datetime:
    """First moment after a day in Shanghai; after the last day that there is (9999-12-31, as somebody may type), its last moment."""
    if day == dt.date.max:
        return dt.datetime.combine(day, dt.time.max, SHANGHAI)
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), SHANGHAI)


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Set business time to ``moment`` within the block, for demo history and tests. Refused in production."""
    if settings.PRODUCTION:
        msg = "business time cannot be set in production"
        raise RuntimeError(msg)
    token = _journey.set(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI))
    try:
        yield
    finally:
        _journey.reset(token)
