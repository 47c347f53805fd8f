"""Forecast of a district's carbon, and the marginal abatement curve; pure and exact.

The last filed inventory is carried forward less the measures in force. A measure that was in force in the year of that inventory is
part of its figures already: it takes nothing away again, and when it ends its amount comes back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

FULL = Decimal(100)
YUAN = 10_000  # of one 万元
KG = 1_000


@dataclass(frozen=True)
class MeasureFigures:
    """What a district states of a measure: tonnes a year, 万元 once and a year (below 0 where it saves), first and last year."""

    key: int
    name: str
    tco2e: Decimal
    investment: Decimal
    yearly: Decimal
    first: int
    last: int

    def holds(self, year: int) -> bool:
        """Whether it is in force in a year."""
        return self.first <= year <= self.last

    @property
    def yuan_per_tonne(self) -> Fraction:
        """Investment spread evenly over its years, without interest, with the yearly cost; over its tonnes a year."""
        a_year = Fraction(self.investment) / (self.last - self.first + 1) + Fraction(self.yearly)
        return a_year * YUAN / Fraction(self.tco2e)


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure that is carried out to ``share`` per cent."""

    figures: MeasureFigures
    share: Decimal = FULL

    @property
    def tonnes(self) -> Fraction:
        """Tonnes a year in full operation."""
        return Fraction(self.figures.tco2e) * Fraction(self.share) / 100

    def less_in(self, year: int, base: int) -> Fraction:
        """Tonnes less in ``year`` than in the inventory of ``base``: below zero for a measure in force then that has ended since."""
        return self.tonnes * (self.figures.holds(year) - self.figures.holds(base))


@dataclass(frozen=True)
class BaseInventory:
    """The last filed inventory as it was printed: tonnes, kg per m², and the m² of both."""

    year: int
    total: Decimal
    per_m2_kg: Decimal
    area_m2: Decimal


@dataclass(frozen=True)
class ForecastYear:
    """Exact figures of one year."""

    year: int
    less: Fraction
    total: Fraction
    per_m2_kg: Fraction


@dataclass(frozen=True)
class CostStep:
    """A step of the curve: its number from cheap to dear, where it starts, how wide it is (tonnes) and how high (元 per tonne)."""

    number: int
    planned: PlannedMeasure
    start: Fraction
    width: Fraction
    cost: Fraction

    @property
    def end(self) -> Fraction:
        """Tonnes of all measures up to this one."""
        return self.start + self.width


def forecast(base: BaseInventory, planned: Sequence[PlannedMeasure], years: Iterable[int]) -> list[ForecastYear]:
    """Each year's figures. Without measures they are those of the inventory, to the last digit."""
    found = []
    for year in years:
        less = sum((one.less_in(year, base.year) for one in planned), Fraction(0))
        per_m2 = Fraction(base.per_m2_kg) - less * KG / Fraction(base.area_m2)
        found.append(ForecastYear(year, less, Fraction(base.total) - less, per_m2))
    return found


def cost_curve(planned: Iterable[PlannedMeasure]) -> list[CostStep]:
    """Marginal abatement curve: measures from cheap to dear, each as wide as its tonnes a year; those of no tonnes are left out."""
    order = sorted((one for one in planned if one.tonnes), key=lambda one: (one.figures.yuan_per_tonne, one.figures.name, one.figures.key))
    steps, start = [], Fraction(0)
    for number, one in enumerate(order, start=1):
        steps.append(CostStep(number, one, start, one.tonnes, one.figures.yuan_per_tonne))
        start += one.tonnes
    return steps


def with_shares(figures: Iterable[MeasureFigures], shares: Mapping[int, Decimal]) -> list[PlannedMeasure]:
    """The measures that a scenario carries out, each in its share; the others are off."""
    return [PlannedMeasure(one, shares[one.key]) for one in figures if shares.get(one.key)]
