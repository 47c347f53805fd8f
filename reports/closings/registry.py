"""Registry of data frozen when a year is closed: kinds register how they are computed, and read the stored data here."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from greendistrict.core import clock
from greendistrict.core.registry import Registry
from reports.closings.days import edition_in_force
from reports.closings.differences import NamedFigure
from reports.closings.models import FrozenFigures, StockRecord
from reports.closings.plain import JSON, from_plain

T = TypeVar("T")
Parts = Iterable[tuple[str, JSON]]


@dataclass(frozen=True)
class FrozenKind:
    """A kind of frozen figures.

    ``freeze(year, today)`` yields (part, plain data), one per district or a single unnamed one; also called for years without figures.
    ``figures(data)`` names the figures by which two editions are compared. ``title`` is the name shown on pages.
    """

    key: str
    title: str
    freeze: Callable[[int, dt.date], Parts]
    figures: Callable[[JSON], Iterable[NamedFigure]]


frozen_kinds: Registry[FrozenKind] = Registry(
    "figures frozen when a year is closed", entry="figures that are frozen when a year is closed, and how two editions of them are compared"
)


def register_frozen(
    key: str,
    freeze: Callable[..., JSON],
    *,
    title: str,
    figures: Callable[[JSON], Iterable[NamedFigure]],
    in_parts: bool = False,
) -> None:
    """Register a kind; ``freeze(year)`` returns plain data or None, ``freeze(year, today)`` with ``in_parts`` yields (part, plain data)."""

    def whole(year: int, _today: dt.date) -> Parts:
        data = freeze(year)
        if data is not None:
            yield "", data

    frozen_kinds.register(key, FrozenKind(key, title, freeze if in_parts else whole, figures))


def frozen(year: int, key: str, part: str = "") -> Any:
    """Stored data of a closed year or of one part; None if the year is not closed or the part was not frozen."""
    edition = edition_in_force(year)
    if edition is None:
        return None
    return edition.figures.filter(key=key, part=part).values_list("data", flat=True).first()


def is_frozen(year: int, key: str, part: str = "") -> bool:
    """Whether ``frozen`` has data for this part."""
    edition = edition_in_force(year)
    return edition is not None and edition.figures.filter(key=key, part=part).exists()


def frozen_as(kind: type[T], year: int, key: str, part: str = "") -> T | None:
    """Result of ``frozen`` as an instance of the frozen dataclass."""
    data = frozen(year, key, part)
    return None if data is None else cast("T", from_plain(kind, data))


def frozen_many(kind: type[T], year: int, key: str, parts: Collection[str]) -> dict[str, T]:
    """``frozen_as`` for several parts, without those not frozen; one query."""
    edition = edition_in_force(year)
    if edition is None:
        return {}
    rows = edition.figures.filter(key=key, part__in=parts).order_by().values_list("part", "data")
    return {part: cast("T", from_plain(kind, data)) for part, data in rows.iterator(chunk_size=50)}


def frozen_rows(kind: type[T], year: int, key: str) -> Iterator[T] | None:
    """``frozen_parts`` as instances of the frozen dataclass."""
    parts = frozen_parts(year, key)
    return None if parts is None else (cast("T", from_plain(kind, data)) for _, data in parts)


def frozen_parts(year: int, key: str) -> Iterator[tuple[str, Any]] | None:
    """Stored parts of a closed year in the order of freezing, read lazily; None if the year is not closed."""
    edition = edition_in_force(year)
    if edition is None:
        return None
    rows = FrozenFigures.objects.filter(edition=edition, key=key).order_by("order")
    return iter(rows.values_list("part", "data").iterator(chunk_size=50))


@dataclass(frozen=True)
class Stock:
    """Stock of one kind on a year's snapshot day. ``made_up_on`` is the later day of storing, None if it was in time."""

    day: dt.date
    data: JSON
    made_up_on: dt.date | None

    @property
    def words(self) -> str:
        """Day of the stock, and 补记 with the day of storing if it was late."""
        late = f"（{self.made_up_on:%Y年%-m月%-d日}补记）" if self.made_up_on else ""
        return f"{self.day:%Y年%-m月%-d日}{late}"


def stock(year: int, key: str) -> Stock | None:
    """Stock of a year's snapshot day; None if none was stored."""
    record = StockRecord.objects.filter(year=year, key=key).first()
    return None if record is None else stock_of(record)


def stock_of(record: StockRecord) -> Stock:
    """A stored stock; it is in time if stored on the day after the snapshot day."""
    kept = record.kept_at.astimezone(clock.SHANGHAI).date()
    return Stock(record.day, record.data, kept if kept > record.day + dt.timedelta(days=1) else None)
