"""Inventory values offered to a score table, each with its edition, verification and page.

Also here: Recognise clauses that measure a carbon figure by their unit, and convert inventory results to that unit (pure functions).
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.db.models import Q
from django.urls import reverse

from assessments.prefill.sources import Offer, PrefillSource
from assessments.tables.models import ScoreTable
from carbon.inventories.models import CarbonInventory
from carbon.inventories.selectors import counted_years
from carbon.targets.compared_years import ComparedYear
from carbon.targets.selectors import paths_filed
from carbon.verification.lifecycle import CARBON_VERIFICATION
from carbon.verification.models import CarbonVerification, VerificationState
from districts.facts.facts import plan_on
from greendistrict.core.number_parsing import plain
from greendistrict.core.rounding import half_up
from greendistrict.policy import yaml_file
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item

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


DATA = Path(__file__).resolve().parent.parent / "data" / "score_values.yaml"
OPERATION = "operation"


@cache
def _named() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    data: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml_file.read(DATA)
    return data


def offers(table: ScoreTable, today: dt.date) -> dict[str, Offer]:
    """Values by clause from the inventory of the table's year, else from the newest filed year.

    Only for clauses of the operation stage; a single query if no inventory was filed.
    """
    wanted = _wanted(table) if table.stage == OPERATION else {}
    found = _counting(table, today) if wanted else None
    if found is None or not found.frozen:
        return {}
    signed = CarbonVerification.objects.filter(inventory=found, status=VerificationState.SIGNED).exists()
    verified = CARBON_VERIFICATION.state(VerificationState.SIGNED).public
    label = f"{found.year}年度碳排放清单（第{found.edition}版，{verified if signed else '已报送，未核查'}）"
    href = reverse("carbon:inventory", args=[found.pk])
    values = {name: _value(table, found, item, today) for name, item in wanted.items()}
    return {name: Offer({"value": value}, label, href=href) for name, value in values.items() if value}


def _wanted(table: ScoreTable) -> dict[str, Item]:
    """Clauses of the table that an inventory can answer; no query besides the edition's."""
    named = _named().get(table.edition.code, {})
    items = rules_for(table.edition).table(table.type, table.stage).items
    return {name: item for name, item in items.items() if name in named or _unit(item)}


def _unit(item: Item) -> Any:
    single = item.value and not item.ratio and item.rule["kind"] != "all_of"
    return carbon_unit(item.value["unit"]) if single and item.value else None


def _counting(table: ScoreTable, today: dt.date) -> CarbonInventory | None:
    """The valid inventory of the table's year, else the newest one."""
    last = table.year or today.year
    rows = counted_years(Q(), [table.district_id], last).get(table.district_id, [])
    return next((row for row in rows if table.year in {None, row.year}), None)


def _value(table: ScoreTable, inventory: CarbonInventory, item: Item, today: dt.date) -> str:
    """The result in stored form; empty if there is none or the clause does not accept it."""
    meta = item.value
    if meta is None or not inventory.frozen:
        return ""
    unit = _unit(item)
    if unit is not None:
        found = in_unit(inventory.frozen["content"], unit, meta["decimals"])
    else:
        plan = plan_on(table.district, today)
        years = paths_filed({table.district_id: plan}, inventory.year, Q())[table.district_id]
        found = reduction_done(years, inventory.year, meta["decimals"])
    return found if found and Decimal(str(meta["min"])) <= Decimal(found) <= Decimal(str(meta["max"])) else ""


CARBON = PrefillSource("carbon", "碳排放清单", 15, binding=True, offers=offers, compared=True)
