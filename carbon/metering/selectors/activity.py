"""What meters say of a year, for the activity data of an inventory."""

from dataclasses import dataclass
from fractions import Fraction

from carbon.metering.enums import MeteredCarrier
from carbon.metering.selectors.board import board
from districts.file.models.district import District


@dataclass(frozen=True)
class ActivityAmount:
    """Use of one carrier in a year: exact, in a unit of ``carbon.units``.

    ``coverage`` is the share of the year's intervals that have a value, ``estimated_share`` that of the amount which is estimated.
    """

    carrier: MeteredCarrier
    amount: Fraction
    unit: str
    coverage: Fraction
    estimated_share: Fraction
    meters: int


def activity_amounts(district: District, year: int) -> tuple[ActivityAmount, ...]:
    """Amounts of a year by carrier, of those that were read at all; as the board shows them."""
    found = []
    for row in board(district, year):
        total = row.total
        if total.amount is not None:
            coverage = total.coverage if total.coverage is not None else Fraction(0)
            found.append(ActivityAmount(row.carrier, total.amount, row.unit, coverage, total.estimated_share, row.meters))
    return tuple(found)
