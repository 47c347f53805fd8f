"""Registry of records that other apps keep or will keep: until an app brings them, what they would meet reads 无记录."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping

from greendistrict.core.registry import Registry

# (day asked about, years) → (district, body or 0 for the city, year) → day on which the record was made, by the end of that day. Of the
# system keeper's duties, which no year tells apart: all days known by then, of the last backup and the last days of certificates.
# None: no such record was ever kept by then, and the duty reads 无记录.
RecordSource = Callable[[dt.date, Collection[int]], Mapping[tuple[int, int], dt.date] | None]
_sources: Registry[RecordSource] = Registry("records that meet duties, kept by other apps")


def register(key: str, source: RecordSource) -> None:
    """Register where the records that meet the duty ``key`` are kept; called when the apps are ready."""
    _sources.register(key, source)


def met_days(key: str, on: dt.date, years: Collection[int]) -> Mapping[tuple[int, int], dt.date] | None:
    """Records that meet the duty, by subject and year; None where no app keeps them, or none was ever kept."""
    source = _sources.by_key.get(key)
    return None if source is None else source(on, years)
