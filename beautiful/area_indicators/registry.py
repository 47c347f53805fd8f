"""Registry of figures of districts that are summed by area: name, unit, source, area, and how one is read for many districts."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from greendistrict.accounts.models import User
from greendistrict.core.registry import Registry


class Fed(NamedTuple):
    """Value of one district; of a share ``value`` is the part and ``whole`` what it is a part of."""

    value: Decimal
    whole: Decimal | None = None


@dataclass(frozen=True)
class AreaFigureSource:
    """A figure by district that may be added up. ``read(user, districts, year)`` leaves out districts that have none.

    ``yearly`` figures are of the year asked for, others of today.
    """

    area: str
    name: str
    unit: str
    source: str
    read: Callable[[User, Collection[int], int], Mapping[int, Fed]]
    yearly: bool = True


area_figures: Registry[AreaFigureSource] = Registry("area_figures")
