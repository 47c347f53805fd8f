"""Carbon inventories of many districts: from the typed texts to the frozen content, compared with a plain loop over the same products."""

from decimal import Decimal
from fractions import Fraction

from carbon.factor_library import library
from carbon.inventories.activity_rows import RowTexts
from carbon.inventories.content import HeadTexts, filled
from carbon.inventory import MASS_PLACES
from greendistrict.core.rounding import fixed
from tools.bench.errors import BenchError
from tools.bench.measuring import BenchRow, Effort, by_turns, cost_of

ROWS = 24  # activities of one inventory
POWER = "electricity-shanghai-guideline@2022"
HEAD = HeadTexts("120000", "3500", "42000")
TARGET = 60  # reading, checking and converting by unit cost more than a product; not yet measured on an idle machine


def computing(districts: int, effort: Effort) -> BenchRow:
    """Compute the inventories of so many districts, each with ``ROWS`` activities with a factor of the library."""
    typed = [_texts(number) for number in range(districts)]
    timing = by_turns(lambda: lambda: _ours(typed), lambda: lambda: _straight(typed), effort)
    if _ours(typed) != _straight(typed):
        msg = "the inventory and the straight loop disagree"
        raise BenchError(msg)
    return cost_of(f"inventories of {districts:,} districts", timing, TARGET, notes={"activities": ROWS})


def _texts(number: int) -> list[RowTexts]:
    amounts = (f"{(number * 7 + at * 13) % 997}.{at:02}" for at in range(ROWS))
    return [RowTexts(f"row-{at}", "building", f"bench {at}", amount, "万kWh", POWER) for at, amount in enumerate(amounts)]


def _ours(typed: list[list[RowTexts]]) -> list[str]:
    known = library()
    return [filled(HEAD, rows, known).content["total"] for rows in typed]


def _straight(typed: list[list[RowTexts]]) -> list[str]:
    factor = Fraction("4.2")
    return [fixed(sum((Fraction(Decimal(row.amount)) * factor for row in rows), Fraction(0)), MASS_PLACES) for rows in typed]
