"""Metered amounts of a year, as activity data of an inventory."""

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

from carbon.metering.enums import MeteredCarrier
from carbon.metering.selectors.board import MONTHS, board
from districts.file.models.district import District


@dataclass(frozen=True)
class ActivityAmount:
    """Consumption of one carrier in a year: exact, in a unit of ``carbon.units``.

    ``coverage`` is the share of expected intervals that have a value, ``estimated_share`` the estimated share of the amount. ``first`` and
    ``last`` are the first and last month with an amount (1 to 12).
    """

    carrier: MeteredCarrier
    amount: Fraction
    unit: str
    coverage: Fraction
    estimated_share: Fraction
    meters: int
    first: int
    last: int

    @property
    def period(self) -> str:
        """The months covered, as text."""
        if (self.first, self.last) == (1, 12):
            return "全年"
        return f"{self.first}月" if self.first == self.last else f"{self.first}月至{self.last}月"


def activity_amounts(district: District, year: int, today: dt.date) -> tuple[ActivityAmount, ...]:
    """Amounts of a year for each carrier that has readings, the same as on the board."""
    found = []
    for row in board(district, year, today):
        total = row.total
        if total.amount is not None:
            coverage = total.coverage if total.coverage is not None else Fraction(0)
            read = [number for number, cell in zip(MONTHS, row.months, strict=True) if cell.amount is not None]
            about = (row.carrier, total.amount, row.unit, coverage, total.estimated_share, row.meters)
            found.append(ActivityAmount(*about, first=read[0], last=read[-1]))
    return tuple(found)
