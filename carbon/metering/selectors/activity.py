"""What meters say of a year, for the activity data of an inventory."""

from dataclasses import dataclass
from fractions import Fraction

from carbon.metering.enums import MeteredCarrier
from carbon.metering.selectors.board import MONTHS, board
from districts.file.models.district import District


@dataclass(frozen=True)
class ActivityAmount:
    """Use of one carrier in a year: exact, in a unit of ``carbon.units``.

    ``coverage`` is the share of the intervals due while meters were in place that have a value, ``estimated_share`` that of the amount
    which is estimated. ``first`` and ``last`` are the first and the last month with an amount, 1 to 12.
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
        """Months of the year that the amount is of, in words."""
        if (self.first, self.last) == (1, 12):
            return "全年"
        return f"{self.first}月" if self.first == self.last else f"{self.first}月至{self.last}月"


def activity_amounts(district: District, year: int) -> tuple[ActivityAmount, ...]:
    """Amounts of a year by carrier, of those that were read at all; as the board shows them."""
    found = []
    for row in board(district, year):
        total = row.total
        if total.amount is not None:
            coverage = total.coverage if total.coverage is not None else Fraction(0)
            read = [number for number, cell in zip(MONTHS, row.months, strict=True) if cell.amount is not None]
            about = (row.carrier, total.amount, row.unit, coverage, total.estimated_share, row.meters)
            found.append(ActivityAmount(*about, first=read[0], last=read[-1]))
    return tuple(found)
