"""Registry of figures by area that districts feed: what it is, which area it speaks to, how it is read for districts at once."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from greendistrict.accounts.models import User
from greendistrict.core.registry import Registry


class Fed(NamedTuple):
    """What a district feeds: a value, and where it is a part the whole that it is a part of."""

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
