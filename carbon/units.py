"""Units of activity data, converted by pint in exact fractions; a unit is known only under the names listed here."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pint

WAN = "万"
SUPERSCRIPTS = str.maketrans({"³": "3"})
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
    """The text names no unit."""


class UnfitUnitError(ValueError):
    """Units that do not measure the same thing."""

    def __init__(self, unit: object, to: object) -> None:
        super().__init__(f"{unit} {to}")


@dataclass(frozen=True)
class Unit:
    """``name`` is one of ``NAMES``; ``count`` is 10,000 where the text began with 万."""

    name: str
    count: int = 1

    def __str__(self) -> str:
        return f"{WAN if self.count != 1 else ''}{self.name}"


@dataclass(frozen=True)
class HeatingValue:
    """Heat of a fuel: ``value`` of ``heat`` per one ``per``, such as 38.931 MJ per m3."""

    value: Decimal
    heat: Unit
    per: Unit


def unit_of(text: str) -> Unit:
    """``kWh``, ``万m³``, ``tce``; capitals count. Raises ``UnknownUnitError``."""
    name = text.strip().translate(SUPERSCRIPTS)
    count = 10_000 if name.startswith(WAN) else 1
    name = name.removeprefix(WAN)
    if name not in NAMES:
        raise UnknownUnitError(text)
    return Unit(name, count)


def factor_unit_of(text: str) -> tuple[str, Unit]:
    """``kgCO2e/kWh`` or ``tCO2e/万kWh`` as the mass of carbon and the unit it is counted by. Raises ``UnknownUnitError``."""
    mass, slash, per = text.strip().partition("/")
    if not slash or mass.strip() not in CARBON:
        raise UnknownUnitError(text)
    return mass.strip(), unit_of(per)


def heat_unit_of(text: str) -> tuple[Unit, Unit]:
    """``MJ/m3`` as heat and what it is counted by: a volume or a mass. Raises ``UnknownUnitError`` and ``UnfitUnitError``."""
    heat, slash, per = text.partition("/")
    if not slash:
        raise UnknownUnitError(text)
    found = unit_of(heat), unit_of(per)
    if not (measures_same(found[0], Unit("GJ")) and not measures_same(found[1], Unit("GJ"))):
        raise UnfitUnitError(*found)
    return found


def measures_same(one: Unit, other: Unit) -> bool:
    """Whether one can be converted into the other."""
    return bool(_registry().get_dimensionality(one.name) == _registry().get_dimensionality(other.name))


def convert(amount: Fraction, unit: Unit, to: Unit, heating: HeatingValue | None = None) -> Fraction:
    """Amount in the other unit, exact. A volume or a mass becomes energy by its heating value alone. Raises ``UnfitUnitError``."""
    if measures_same(unit, to):
        found = _registry().Quantity(amount * unit.count, unit.name).to(to.name).magnitude
        return Fraction(found) / to.count
    if heating is not None and measures_same(unit, heating.per) and measures_same(heating.heat, to):
        return convert(convert(amount, unit, heating.per) * Fraction(heating.value), heating.heat, to)
    raise UnfitUnitError(unit, to)


@cache
def _registry() -> "pint.UnitRegistry[Fraction]":
    import pint  # noqa: PLC0415 -- with numpy it takes a tenth of the start of a process, and few ever convert

    registry: pint.UnitRegistry[Fraction] = pint.UnitRegistry(None, non_int_type=Fraction)
    registry.load_definitions(DEFINITIONS)
    return registry
