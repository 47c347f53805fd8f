"""What is frozen when a year is closed: each kind of figures registers how it is computed, and reads here what was stored."""

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
    """One kind of frozen figures.

    ``freeze(year)`` yields (part, plain data), a part for each district or one without a name; also of a year without any figure.
    ``figures(data)`` names the figures that two editions are compared by. ``title`` is its name on pages.
    """

    key: str
    title: str
    freeze: Callable[[int], Parts]
    figures: Callable[[JSON], Iterable[NamedFigure]]


frozen_kinds: Registry[FrozenKind] = Registry("figures frozen when a year is closed")


def register_frozen(
    key: str,
    freeze: Callable[[int], JSON],
    *,
    title: str,
    figures: Callable[[JSON], Iterable[NamedFigure]],
    in_parts: bool = False,
) -> None:
    """Register figures to be frozen; ``freeze(year)`` gives plain data or None, with ``in_parts`` it yields (part, plain data)."""

    def whole(year: int) -> Parts:
        data = freeze(year)
        if data is not None:
            yield "", data

    frozen_kinds.register(key, FrozenKind(key, title, freeze if in_parts else whole, figures))


def frozen(year: int, key: str, part: str = "") -> Any:
    """Stored data of a closed year, or of one part of it; None while the year is not closed, and where the part was not frozen."""
    edition = edition_in_force(year)
    if edition is None:
        return None
    return edition.figures.filter(key=key, part=part).values_list("data", flat=True).first()


def is_frozen(year: int, key: str, part: str = "") -> bool:
    """Whether ``frozen`` has data of this part."""
    edition = edition_in_force(year)
    return edition is not None and edition.figures.filter(key=key, part=part).exists()


def frozen_as(kind: type[T], year: int, key: str, part: str = "") -> T | None:
    """What ``frozen`` gives, as a value of the dataclass that was frozen."""
    data = frozen(year, key, part)
    return None if data is None else cast("T", from_plain(kind, data))


def frozen_many(kind: type[T], year: int, key: str, parts: Collection[str]) -> dict[str, T]:
    """What ``frozen_as`` gives of several parts, those that it gives something of; one query."""
    edition = edition_in_force(year)
    if edition is None:
        return {}
    rows = edition.figures.filter(key=key, part__in=parts).order_by().values_list("part", "data")
    return {part: cast("T", from_plain(kind, data)) for part, data in rows.iterator(chunk_size=50)}


def frozen_rows(kind: type[T], year: int, key: str) -> Iterator[T] | None:
    """What ``frozen_parts`` gives, as values of the dataclass that was frozen."""
    parts = frozen_parts(year, key)
    return None if parts is None else (cast("T", from_plain(kind, data)) for _, data in parts)


def frozen_parts(year: int, key: str) -> Iterator[tuple[str, Any]] | None:
    """Stored parts of a closed year in the order in which they were frozen, read as they are asked for; None while it is not closed."""
    edition = edition_in_force(year)
    if edition is None:
        return None
    rows = FrozenFigures.objects.filter(edition=edition, key=key).order_by("order")
    return iter(rows.values_list("part", "data").iterator(chunk_size=50))


@dataclass(frozen=True)
class StockKind:
    """Stock that no past day can be asked for: ``take(day)`` gives it as plain data once the day is over."""

    title: str
    take: Callable[[dt.date], JSON]


stock_kinds: Registry[StockKind] = Registry("stock kept on the snapshot day")


def register_stock(key: str, take: Callable[[dt.date], JSON], *, title: str) -> None:
    """Register stock that the daily job keeps when the snapshot day is over."""
    stock_kinds.register(key, StockKind(title, take))


@dataclass(frozen=True)
class Stock:
    """Stock of one kind on the snapshot day of a year. ``made_up_on`` is the later day on which it was kept, None when it was in time."""

    day: dt.date
    data: JSON
    made_up_on: dt.date | None

    @property
    def words(self) -> str:
        """Day of the stock, and 补记 with its day where it was kept later."""
        late = f"（{self.made_up_on:%Y年%-m月%-d日}补记）" if self.made_up_on else ""
        return f"{self.day:%Y年%-m月%-d日}{late}"


def stock(year: int, key: str) -> Stock | None:
    """Stock kept on the snapshot day of a year; None where none was kept."""
    record = StockRecord.objects.filter(year=year, key=key).first()
    return None if record is None else stock_of(record)


def stock_of(record: StockRecord) -> Stock:
    """A stored stock with whether it was kept in time: on the day after the snapshot day."""
    kept = record.kept_at.astimezone(clock.SHANGHAI).date()
    return Stock(record.day, record.data, kept if kept > record.day + dt.timedelta(days=1) else None)
