"""Figures with their source rows (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from greendistrict.core.rounding import EXACT, half_up
from reports.annual.figures import ENOUGH
from reports.composition.printed import EMPTY, words_of


class Reckoning(StrEnum):
    """How the value of a figure is computed from its rows."""

    COUNT = "个数"
    SUM = "合计"
    MEDIAN = "中位数"


@dataclass(frozen=True)
class SourceRow:
    """A row behind a figure: its district, content, contribution, and the page that shows it.

    ``clause``, ``value`` and ``evidence`` are set if the row is a clause of a score table.
    """

    district: str
    what: str
    href: str
    adds: Decimal | int = 1
    clause: str = ""
    value: str = ""
    evidence: int | None = None


@dataclass(frozen=True)
class CityFigure:
    """A figure of the report, computed from its rows. ``before`` is last year's, None if unknown.

    A median of fewer than ``ENOUGH`` is none: it would tell of two districts what is said of the city.
    """

    key: str
    label: str
    unit: str
    rows: tuple[SourceRow, ...]
    reckoning: Reckoning = Reckoning.COUNT
    before: Decimal | int | None = None
    unknown: int = 0

    @property
    def value(self) -> Decimal | int | None:
        """The value; None for a sum without rows and for a median of too few."""
        return None if self.is_of_too_few else reckoned(self.reckoning, [row.adds for row in self.rows])

    @property
    def is_of_too_few(self) -> bool:
        """Whether it is a median that is not listed, because too few make it up."""
        return self.reckoning is Reckoning.MEDIAN and len(self.rows) < ENOUGH

    @property
    def words(self) -> str:
        """The value as printed in every format."""
        return f"不足{ENOUGH}个，不列" if self.is_of_too_few else words_of(self.value)

    @property
    def unknown_words(self) -> str:
        """What is not in the value, in words; empty if nothing is missing."""
        if not self.unknown:
            return ""
        return f"另有{self.unknown}{self.unit}没有记录" if self.reckoning is Reckoning.COUNT else f"缺{self.unknown}个"

    @property
    def before_words(self) -> str:
        """Last year's value in words."""
        return EMPTY if self.before is None else words_of(self.before)


def reckoned(how: Reckoning, adds: Sequence[Decimal | int]) -> Decimal | int | None:
    """Value of a figure from its rows' contributions."""
    if how is Reckoning.COUNT:
        return int(sum(adds))
    if not adds:
        return None
    exact = [Decimal(add) for add in adds]
    return sum(exact, Decimal(0)) if how is Reckoning.SUM else quartiles(exact)[1]


Quartiles = tuple[Decimal, Decimal, Decimal]


def quartiles(values: Iterable[Decimal]) -> Quartiles:
    """Lower quartile, median and upper quartile with linear interpolation, two decimals. ``values`` must not be empty."""
    row = sorted(values)
    marks = []
    for part in (1, 2, 3):
        place = EXACT.divide(Decimal(part * (len(row) - 1)), Decimal(4))
        below = int(place)
        above = min(below + 1, len(row) - 1)
        marks.append(half_up(row[below] + (row[above] - row[below]) * (place - below)))
    lower, median, upper = marks
    return lower, median, upper


def five_numbers(values: Iterable[Decimal]) -> tuple[Decimal, Decimal, Decimal, Decimal, Decimal]:
    """Minimum, quartiles and maximum for a box plot. ``values`` must not be empty."""
    row = sorted(values)
    return half_up(row[0]), *quartiles(row), half_up(row[-1])
