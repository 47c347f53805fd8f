"""Who waits for a report on its page: the end is seen there, so no message tells it.

Kept in the cache, because it counts for seconds; an emptied cache only makes a message that was not needed.
"""

from django.core.cache import cache

SECONDS = 15  # the page asks every two


def waits(job: int, person: int) -> None:
    """Note that somebody looks at the progress of a report just now."""
    cache.set(_key(job, person), 1, SECONDS)


def is_waiting(job: int, person: int) -> bool:
    """Whether somebody looked at the progress of a report a moment ago."""
    return cache.get(_key(job, person)) is not None


def _key(job: int, person: int) -> str:
    return f"report-awaited:{job}:{person}"
