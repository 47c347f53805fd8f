"""Carbon inventory of one year: activity data × factors in exact fractions; each printed number is rounded once (pure)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from carbon import units
from carbon.enums import Sector
from carbon.units import HeatingValue, Unit
from greendistrict.core.rounding import fixed

MASS_PLACES, INTENSITY_PLACES = 2, 3


@dataclass(frozen=True)
class Factor:
    """Emission factor: ``value`` in ``mass`` (kgCO2e or tCO2e) for each unit ``per``. A library factor carries its ID."""

    value: Decimal
    mass: str
    per: Unit
    key: str = ""

    @property
    def unit(self) -> str:
        """The factor's unit as text, such as ``kgCO2e/kWh``."""
        return f"{self.mass}/{self.per}"


@dataclass(frozen=True)
class Activity:
    """Activity data of the year. Amounts of ``sink`` and ``renewable`` are positive and subtracted in the total."""

    id: str
    sector: Sector
    amount: Decimal
    unit: Unit
    factor: Factor
    heating: HeatingValue | None = None
    name: str = ""


@dataclass(frozen=True)
class InventoryBoundary:
    """Floor or land area in m², population in persons, GDP in 万元; all above 0."""

    area_m2: Decimal
    population: Decimal
    gdp_wan: Decimal


@dataclass(frozen=True)
class Sums:
    """Exact t CO₂e of each activity, of each sector and in total."""

    activities: tuple[tuple[str, Fraction], ...]
    sectors: dict[Sector, Fraction]
    total: Fraction

    def as_data(self) -> dict[str, Any]:
        """For JSON: texts, tonnes with 2 decimals, rounded half up."""
        return {
            "activities": [{"id": key, "tco2e": fixed(tonnes, MASS_PLACES)} for key, tonnes in self.activities],
            "sectors": {sector.value: fixed(tonnes, MASS_PLACES) for sector, tonnes in self.sectors.items()},
            "total": fixed(self.total, MASS_PLACES),
        }


@dataclass(frozen=True)
class Inventory(Sums):
    """The sums, and the intensities (total ÷ each size of the boundary)."""

    per_m2_kg: Fraction
    per_person_t: Fraction
    per_wan_gdp_t: Fraction

    def as_data(self) -> dict[str, Any]:
        """The sums plus intensities with 3 decimals."""
        return {
            **super().as_data(),
            "per_m2_kg": fixed(self.per_m2_kg, INTENSITY_PLACES),
            "per_person_t": fixed(self.per_person_t, INTENSITY_PLACES),
            "per_wan_gdp_t": fixed(self.per_wan_gdp_t, INTENSITY_PLACES),
        }


def emissions_of(activity: Activity) -> Fraction:
    """Tonnes of CO₂e of one activity, exact. Raises ``UnfitUnitError`` if its unit cannot be converted to that of its factor."""
    amount = units.convert(Fraction(activity.amount), activity.unit, activity.factor.per, activity.heating)
    return amount * Fraction(activity.factor.value) * units.CARBON[activity.factor.mass]


def misfit_of(activity: Activity, heating_field: str) -> str:
    """Why ``emissions_of`` raised ``UnfitUnitError``. Names the field of the heating value where only that is missing."""
    reason = f"单位 {activity.unit} 与因子的单位 {activity.factor.unit} 不相配"
    if not units.lacks_heating_value(activity.unit, activity.factor.per, activity.heating):
        return reason
    example = "GJ/t" if units.measures_same(activity.unit, units.Unit("t")) else "MJ/m3"
    return f"{reason}，按热量计的因子须填{heating_field}（单位如 {example}）"


def left_out(sector: Sector, reported: Collection[Sector], *, include_industry: bool) -> str:
    """Why a sector has no sum, in words: it is not 0 where nobody reported anything. Empty if it has one."""
    if sector not in reported:
        return "没有填报"
    return "不计入总量" if sector is Sector.INDUSTRY and not include_industry else ""


def sums_of(activities: Sequence[Activity], *, include_industry: bool) -> Sums:
    """Sums of activities. Industry enters its sector and the total only if ``include_industry``. Raises ``UnfitUnitError``."""
    found = [(activity, emissions_of(activity)) for activity in activities]
    sectors = dict.fromkeys(Sector, Fraction(0))
    for activity, tonnes in found:
        if activity.sector is not Sector.INDUSTRY or include_industry:
            sectors[activity.sector] += tonnes
    total = sum((-tonnes if sector.is_subtracted else tonnes for sector, tonnes in sectors.items()), Fraction(0))
    return Sums(tuple((activity.id, tonnes) for activity, tonnes in found), sectors, total)


def compute(boundary: InventoryBoundary, activities: Sequence[Activity], *, include_industry: bool) -> Inventory:
    """Inventory of activities over a boundary. Raises ``UnfitUnitError``."""
    sums = sums_of(activities, include_industry=include_industry)
    return Inventory(
        sums.activities,
        sums.sectors,
        sums.total,
        per_m2_kg=sums.total * 1000 / Fraction(boundary.area_m2),
        per_person_t=sums.total / Fraction(boundary.population),
        per_wan_gdp_t=sums.total / Fraction(boundary.gdp_wan),
    )
