"""Registry of what the page of the take-over, which stands above, finds missing in the record of titled districts."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from greendistrict.core.registry import Registry


class WantedRecord(NamedTuple):
    """Something that is missing today: its key, as a page says it, and whether the district's own people enter it.

    A key names the thing and the parts of it that are missing, such as ``checks:2023,2024``; it outlives the words.
    """

    key: str
    words: str
    is_own: bool


MissingRecords = Callable[[Collection[int], dt.date], Mapping[int, Sequence[WantedRecord]]]
missing_records: Registry[MissingRecords] = Registry(
    "missing records", entry="of what is missing today in the records of those of the given districts that hold a title, by district"
)


def parts_of(key: str) -> frozenset[str]:
    """The parts that a key names, each with the thing it is of."""
    thing, _, parts = key.partition(":")
    return frozenset(f"{thing}:{part}" for part in parts.split(","))


def is_among(key: str, missing: Collection[WantedRecord]) -> bool:
    """Whether any part of what was asked is still missing."""
    return any(not parts_of(key).isdisjoint(parts_of(one.key)) for one in missing)


def missing_of(districts: Collection[int], today: dt.date) -> Mapping[int, Sequence[WantedRecord]]:
    """What is missing in these districts; one that holds no title is left out."""
    return missing_records.only()(districts, today)
