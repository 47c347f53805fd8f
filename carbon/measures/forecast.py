"""Carbon forecast of a district and its marginal abatement cost curve (pure functions, exact fractions).

The last filed inventory is carried forward minus the measures in operation. A measure that already operated in the inventory's year is
contained in its figures: it is not subtracted again, and its amount is added back once it ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

FULL = Decimal(100)
YUAN = 10_000  # 元 per 万元
KG = 1_000


@dataclass(frozen=True)
class MeasureFigures:
    """Figures of a measure: t a year, 万元 once and per year (negative if it saves money), first and last year of operation."""

    key: int
    name: str
    tco2e: Decimal
    investment: Decimal
    yearly: Decimal
    first: int
    last: int

    def holds(self, year: int) -> bool:
        """Whether the measure operates in a year."""
        return self.first <= year <= self.last

    @property
    def yuan_per_tonne(self) -> Fraction:
        """(Investment ÷ years of operation, without interest, + yearly cost) ÷ tonnes a year."""
        a_year = Fraction(self.investment) / (self.last - self.first + 1) + Fraction(self.yearly)
        return a_year * YUAN / Fraction(self.tco2e)


@dataclass(frozen=True)
class PlannedMeasure:
    """A measure carried out to ``share`` per cent."""

    figures: MeasureFigures
    share: Decimal = FULL

    @property
    def tonnes(self) -> Fraction:
        """Tonnes a year in full operation."""
        return Fraction(self.figures.tco2e) * Fraction(self.share) / 100

    def less_in(self, year: int, base: int) -> Fraction:
        """Tonnes less in ``year`` than in the inventory of ``base``; negative for a measure that operated then and has ended since."""
        return self.tonnes * (self.figures.holds(year) - self.figures.holds(base))


@dataclass(frozen=True)
class BaseInventory:
    """The last filed inventory as printed: total tonnes, kg per m², and the area in m² behind both."""

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
    """A step of the curve: rank from cheapest, start and width in tonnes, height in 元 per tonne."""

    number: int
    planned: PlannedMeasure
    start: Fraction
    width: Fraction
    cost: Fraction

    @property
    def end(self) -> Fraction:
        """Cumulated tonnes up to and including this measure."""
        return self.start + self.width


def forecast(base: BaseInventory, planned: Sequence[PlannedMeasure], years: Iterable[int]) -> list[ForecastYear]:
    """Figures of each year. Without measures they equal those of the inventory to the last digit."""
    found = []
    for year in years:
        less = sum((one.less_in(year, base.year) for one in planned), Fraction(0))
        per_m2 = Fraction(base.per_m2_kg) - less * KG / Fraction(base.area_m2)
        found.append(ForecastYear(year, less, Fraction(base.total) - less, per_m2))
    return found


def cost_curve(planned: Iterable[PlannedMeasure]) -> list[CostStep]:
    """Marginal abatement cost curve: steps from cheapest to dearest, as wide as the measure's tonnes a year; 0 tonnes are omitted."""
    order = sorted((one for one in planned if one.tonnes), key=lambda one: (one.figures.yuan_per_tonne, one.figures.name, one.figures.key))
    steps, start = [], Fraction(0)
    for number, one in enumerate(order, start=1):
        steps.append(CostStep(number, one, start, one.tonnes, one.figures.yuan_per_tonne))
        start += one.tonnes
    return steps


def with_shares(figures: Iterable[MeasureFigures], shares: Mapping[int, Decimal]) -> list[PlannedMeasure]:
    """The measures that a scenario carries out, each with its share; measures without a share are omitted."""
    return [PlannedMeasure(figure, shares[figure.key]) for figure in figures if shares.get(figure.key)]
