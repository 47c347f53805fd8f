"""Registry of records kept by other apps; duties without a registered app read 无记录."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from greendistrict.core.registry import Registry

# (day asked about, years) → (district, body or 0 for the city, year) → day on which the record was made, by the end of that day. Of the
# system keeper's duties, which no year tells apart: all days known by then, of the last backup and the last days of certificates.
# None: no such record was ever kept by then, and the duty reads 无记录.
RecordSource = Callable[[dt.date, Collection[int]], Mapping[tuple[int, int], dt.date] | None]
_sources: Registry[RecordSource] = Registry(
    "records that meet duties, kept by other apps",
    entry="by whom and when a duty was met, from records of an upper app; until an app brings them, 无记录",
)


def register(key: str, source: RecordSource) -> None:
    """Register the reader of records that meet the duty ``key``; called when the apps are ready."""
    _sources.register(key, source)


def met_days(key: str, on: dt.date, years: Collection[int]) -> Mapping[tuple[int, int], dt.date] | None:
    """Days of fulfilling records by subject and year; None if no app keeps them, or none exists."""
    source = _sources.by_key.get(key)
    return None if source is None else source(on, years)
