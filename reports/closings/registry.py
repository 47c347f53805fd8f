"""What is frozen when a year is closed: each kind of figures registers how it is computed, and reads here what was stored."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from greendistrict.core.registry import Registry
from reports.closings.days import edition_in_force
from reports.closings.differences import NamedFigure
from reports.closings.models import FrozenFigures
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
    """Register figures to be frozen; ``freeze(year)`` gives plain data, with ``in_parts`` it yields (name of a part, plain data)."""

    def whole(year: int) -> Parts:
        yield "", freeze(year)

    frozen_kinds.register(key, FrozenKind(key, title, freeze if in_parts else whole, figures))


def frozen(year: int, key: str, part: str = "") -> Any:
    """Stored data of a closed year, or of one part of it; None while the year is not closed, and where the part was not frozen."""
    edition = edition_in_force(year)
    if edition is None:
        return None
    return edition.figures.filter(key=key, part=part).values_list("data", flat=True).first()


def frozen_as(kind: type[T], year: int, key: str, part: str = "") -> T | None:
    """What ``frozen`` gives, as a value of the dataclass that was frozen."""
    data = frozen(year, key, part)
    return None if data is None else cast("T", from_plain(kind, data))


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
