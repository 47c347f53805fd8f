"""A figure as the plausibility rules compare it: number, unit and scale (pure)."""

from decimal import Decimal
from enum import Enum, auto
from typing import NamedTuple

from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import half_up


class Scale(Enum):
    """How two figures of the same part are compared."""

    SHARE = auto()  # per cent: differences in points
    RATE = auto()  # a density or intensity: differences in proportion
    INTERVAL = auto()  # may be negative: differences against the span of the rule
    AMOUNT = auto()  # an area, a length, a head count: may grow fast, units are easily mistaken
    COUNT = auto()  # a few things


class Figure(NamedTuple):
    """One number. ``typed``: entered by a person, not computed; ``span`` is the order of size of the rule's figures."""

    label: str
    unit: str
    number: Decimal
    scale: Scale
    typed: bool = True
    span: Decimal = Decimal(0)
    low: Decimal | None = None
    high: Decimal | None = None


def words(figure: Figure, number: Decimal | None = None) -> str:
    """A figure with its unit, rounded to at most two decimals."""
    shown = figure.number if number is None else number
    return f"{plain(half_up(shown)) if abs(shown) < 10**12 else shown}{figure.unit}"
