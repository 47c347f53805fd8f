"""Registry of district figures that are summed by area: name, unit, source, areas, and a function that reads them for many districts."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from greendistrict.accounts.viewer import Viewer
from greendistrict.core.registry import Registry


class Fed(NamedTuple):
    """Value of one district; for a share, ``value`` is the numerator and ``whole`` the denominator."""

    value: Decimal
    whole: Decimal | None = None


@dataclass(frozen=True)
class AreaFigureSource:
    """A district figure that can be summed. ``read(viewer, districts, year)`` returns only districts that have a value.

    A ``yearly`` figure is that of the requested year, others are those of today. ``waiting(districts, year)`` is the number of entries that
    do not count before a second person of the district has checked them.
    """

    area: str
    name: str
    unit: str
    source: str
    read: Callable[[Viewer, Collection[int], int], Mapping[int, Fed]]
    yearly: bool = True
    waiting: Callable[[Collection[int], int], int] = lambda _districts, _year: 0


area_figures: Registry[AreaFigureSource] = Registry(
    "area_figures", entry="a figure by district of an area of 美丽上海: name, unit, source, how it is read for districts at once"
)
