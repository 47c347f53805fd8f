"""Figures with the rows that add up to them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from greendistrict.core.rounding import EXACT, half_up
from reports.composition.printed import EMPTY, words_of


class Reckoning(StrEnum):
    """How the rows of a figure make its value."""

    COUNT = "个数"
    SUM = "合计"
    MEDIAN = "中位数"


@dataclass(frozen=True)
class SourceRow:
    """One row behind a figure: its district, what it is, how much it adds, and the page where it is seen.

    ``clause``, ``value`` and ``evidence`` are filled where the row is a clause of a score table.
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
    """A figure of the report; its value follows from its rows. ``before`` is that of the year before, None where it is not known."""

    key: str
    label: str
    unit: str
    rows: tuple[SourceRow, ...]
    reckoning: Reckoning = Reckoning.COUNT
    before: Decimal | int | None = None
    unknown: int = 0

    @property
    def value(self) -> Decimal | int | None:
        """The figure; None where it is a sum or a median of nothing."""
        return reckoned(self.reckoning, [row.adds for row in self.rows])

    @property
    def words(self) -> str:
        """The figure as every format prints it."""
        return words_of(self.value)

    @property
    def before_words(self) -> str:
        """That of the year before."""
        return EMPTY if self.before is None else words_of(self.before)


def reckoned(how: Reckoning, adds: Sequence[Decimal | int]) -> Decimal | int | None:
    """Value of a figure whose rows add these."""
    if how is Reckoning.COUNT:
        return int(sum(adds))
    if not adds:
        return None
    exact = [Decimal(one) for one in adds]
    return sum(exact, Decimal(0)) if how is Reckoning.SUM else quartiles(exact)[1]


Quartiles = tuple[Decimal, Decimal, Decimal]


def quartiles(values: Iterable[Decimal]) -> Quartiles:
    """Lower quartile, median and upper quartile with linear interpolation, two decimals. ``values`` is not empty."""
    row = sorted(values)
    lower, median, upper = (_between(row, EXACT.divide(Decimal(part * (len(row) - 1)), Decimal(4))) for part in (1, 2, 3))
    return lower, median, upper


def _between(row: Sequence[Decimal], place: Decimal) -> Decimal:
    below = int(place)
    above = min(below + 1, len(row) - 1)
    return half_up(row[below] + (row[above] - row[below]) * (place - below))


def five_numbers(values: Iterable[Decimal]) -> tuple[Decimal, Decimal, Decimal, Decimal, Decimal]:
    """Least, quartiles and most, as a box plot draws them. ``values`` is not empty."""
    row = sorted(values)
    return half_up(row[0]), *quartiles(row), half_up(row[-1])
