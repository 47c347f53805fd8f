"""Recognise clauses that measure a carbon figure by their unit, and convert inventory results to that unit (pure functions)."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from carbon.targets.compared_years import ComparedYear
from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import half_up

TOTAL, PER_M2, PER_PERSON, PER_WAN_GDP = "total", "per_m2_kg", "per_person_t", "per_wan_gdp_t"
UNIT = re.compile(r"(?P<wan>万)?(?P<mass>kg|t)CO2(?:e|当量)?(?:/(?P<per>.+))?")
A_YEAR = re.compile(r"(?:·|/)(?:a|年)$")
TONNES = {"kg": Fraction(1, 1000), "t": Fraction(1)}
WAN = 10_000
# Denominator → key of the inventory's figure, tonnes of its mass unit, number of the figure's denominators in this one.
PER: Mapping[str, tuple[str, Fraction, int]] = {
    "": (TOTAL, Fraction(1), 1),
    "m2": (PER_M2, TONNES["kg"], 1),
    "万m2": (PER_M2, TONNES["kg"], WAN),
    "km2": (PER_M2, TONNES["kg"], 1_000_000),
    "人": (PER_PERSON, Fraction(1), 1),
    "万人": (PER_PERSON, Fraction(1), WAN),
    "万元": (PER_WAN_GDP, Fraction(1), 1),
    "亿元": (PER_WAN_GDP, Fraction(1), WAN),
}


class CarbonUnit(NamedTuple):
    """``key`` is the figure of the inventory, ``times`` the factor that converts it to the clause's unit."""

    key: str
    times: Fraction


@cache
def carbon_unit(text: str) -> CarbonUnit | None:
    """Parse units such as ``kgCO₂e/(m²·a)``, ``tCO2/人`` or ``万tCO₂``; None for a unit that is not one of emissions."""
    # NFKC makes subscripts, superscripts and full-width brackets plain characters.
    normal = unicodedata.normalize("NFKC", text).replace(" ", "").replace("•", "·")
    found = UNIT.fullmatch(A_YEAR.sub("", normal))
    if found is None:
        return None
    per = A_YEAR.sub("", (found["per"] or "").removeprefix("(").removesuffix(")"))
    if per in {"a", "年"}:
        per = ""
    if per not in PER:
        return None
    key, mass, scale = PER[per]
    return CarbonUnit(key, mass * scale / TONNES[found["mass"]] / (WAN if found["wan"] else 1))


def in_unit(content: Mapping[str, str], unit: CarbonUnit, places: int) -> str:
    """The filed result converted to the clause's unit, rounded half up; empty if the inventory lacks the figure."""
    given = content.get(unit.key)
    return plain(half_up(Fraction(given) * unit.times, places)) if given else ""


def reduction_done(years: Sequence[ComparedYear], year: int, places: int) -> str:
    """Reduction since the baseline ÷ reduction due by the year, in per cent; empty without a baseline or if no reduction is due."""
    base = next((row for row in years if row.is_baseline), None)
    row = next((row for row in years if row.year == year), None)
    if base is None or row is None or row is base or not row.due:
        return ""
    due = base.found - Decimal(row.due)
    return plain(half_up(Fraction(base.found - row.found) / Fraction(due) * 100, places)) if due > 0 else ""
