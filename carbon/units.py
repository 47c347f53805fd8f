"""Units of activity data, converted with pint in exact fractions. Only the unit names listed here are known."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from greendistrict.core.unit_names import SCALES, named_unit, normal_cubic_words

if TYPE_CHECKING:
    import pint

WAN = "万"
WRITTEN = {1: "", **{scale: word for word, scale in SCALES.items()}}  # before the name of a unit
CARBON = {"kgCO2e": Fraction(1, 1000), "tCO2e": Fraction(1)}  # tonnes
# tce: 29.3076 GJ, the heat of one tonne of coal equivalent (7,000 kcal/kg at 4.1868 kJ/kcal, GB/T 2589).
DEFINITIONS = (
    "GJ = [energy]", "kJ = 1/1000000 * GJ", "MJ = 1/1000 * GJ", "TJ = 1000 * GJ",
    "Wh = 36/10000000 * GJ", "kWh = 36/10000 * GJ", "MWh = 36/10 * GJ", "GWh = 3600 * GJ",
    "tce = 293076/10000 * GJ", "kgce = 293076/10000000 * GJ",
    "t = [mass]", "g = 1/1000000 * t", "kg = 1/1000 * t",
    "m3 = [volume]", "L = 1/1000 * m3",
)  # fmt: skip
NAMES = frozenset(line.split(" = ")[0] for line in DEFINITIONS)


class UnknownUnitError(ValueError):
    """The text is not a known unit."""


class UnfitUnitError(ValueError):
    """The units measure different things and cannot be converted."""

    def __init__(self, unit: object, to: object) -> None:
        super().__init__(f"{unit} {to}")


@dataclass(frozen=True)
class Unit:
    """``name`` is one of ``NAMES``; ``count`` is 10,000 if the text began with 万, 1 if with no power of ten."""

    name: str
    count: int = 1

    def __str__(self) -> str:
        return f"{WRITTEN[self.count]}{self.name}"


@dataclass(frozen=True)
class HeatingValue:
    """Heating value of a fuel: ``value`` of unit ``heat`` for each unit ``per``, such as 38.931 MJ per m3."""

    value: Decimal
    heat: Unit
    per: Unit


def unit_of(text: str) -> Unit:
    """Parse a unit such as ``kWh``, ``万m³``, ``tce`` or ``万度``. Raises ``UnknownUnitError``."""
    found = named_unit(text)
    if found.name not in NAMES:
        raise UnknownUnitError(text)
    return Unit(found.name, found.scale)


def no_unit_words(text: str) -> str:
    """Why a text is no unit for ``unit_of``."""
    return normal_cubic_words(text) or f"没有单位 {text}，可写 度、万kWh、GJ、吨、万m³ 等"


def factor_unit_of(text: str) -> tuple[str, Unit]:
    """Parse a factor unit such as ``kgCO2e/kWh`` into (mass, unit of activity). Raises ``UnknownUnitError``."""
    mass, slash, per = text.strip().partition("/")
    if not slash or mass.strip() not in CARBON:
        raise UnknownUnitError(text)
    return mass.strip(), unit_of(per)


def no_factor_unit_words(text: str) -> str:
    """Why a text is no unit for ``factor_unit_of``."""
    return normal_cubic_words(text) or f"没有单位 {text}，应写如 kgCO2e/kWh、tCO2e/t"


def no_heat_unit_words(text: str) -> str:
    """Why a text is no unit for ``heat_unit_of``."""
    return normal_cubic_words(text) or f"单位 {text} 不是热值的单位，应写如 MJ/m3、GJ/t"


def heat_unit_of(text: str) -> tuple[Unit, Unit]:
    """Parse ``MJ/m3`` into (heat, volume or mass). Raises ``UnknownUnitError`` and ``UnfitUnitError``."""
    heat, slash, per = text.partition("/")
    if not slash:
        raise UnknownUnitError(text)
    heat_unit = unit_of(heat), unit_of(per)
    if not (measures_same(heat_unit[0], Unit("GJ")) and not measures_same(heat_unit[1], Unit("GJ"))):
        raise UnfitUnitError(*heat_unit)
    return heat_unit


def unit_words(text: str) -> str:
    """A unit for display in its standard form, such as ``万m³`` or ``kgCO₂e/kWh``; text that is no unit stays as typed."""
    mass, slash, per = text.strip().partition("/")
    try:
        standard = f"{mass.strip() if mass.strip() in CARBON else unit_of(mass)}{slash}{unit_of(per) if slash else ''}"
    except UnknownUnitError:
        return text
    return standard.replace("CO2", "CO₂").replace("m3", "m³")


def measures_same(one: Unit, other: Unit) -> bool:
    """Whether one unit can be converted to the other."""
    return bool(_registry().get_dimensionality(one.name) == _registry().get_dimensionality(other.name))


def convert(amount: Fraction, unit: Unit, to: Unit, heating: HeatingValue | None = None) -> Fraction:
    """Amount in the other unit, exact. Volume or mass converts to energy only with a heating value. Raises ``UnfitUnitError``."""
    if measures_same(unit, to):
        magnitude = _registry().Quantity(amount * unit.count, unit.name).to(to.name).magnitude
        return Fraction(magnitude) / to.count
    if heating is not None and measures_same(unit, heating.per) and measures_same(heating.heat, to):
        return convert(convert(amount, unit, heating.per) * Fraction(heating.value), heating.heat, to)
    raise UnfitUnitError(unit, to)


def lacks_heating_value(unit: Unit, to: Unit, heating: HeatingValue | None) -> bool:
    """Whether a volume or mass is to become energy and no heating value is given."""
    energy = Unit("GJ")
    return heating is None and measures_same(to, energy) and not measures_same(unit, energy)


@cache
def _registry() -> "pint.UnitRegistry[Fraction]":
    import pint  # noqa: PLC0415 -- with numpy it takes a tenth of the start of a process, and few ever convert

    registry: pint.UnitRegistry[Fraction] = pint.UnitRegistry(None, non_int_type=Fraction)
    registry.load_definitions(DEFINITIONS)
    return registry
