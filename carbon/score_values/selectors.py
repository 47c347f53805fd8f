"""Inventory values offered to a score table, each with its edition, verification and page."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Q
from django.urls import reverse

from assessments.prefill.sources import Offer, PrefillSource
from assessments.tables.models import ScoreTable
from carbon.inventories.models import CarbonInventory
from carbon.inventories.selectors import counted_years
from carbon.score_values.clause_units import carbon_unit, in_unit, reduction_done
from carbon.targets.selectors import paths_filed
from carbon.verification.enums import VerificationState
from carbon.verification.lifecycle import CARBON_VERIFICATION
from carbon.verification.models import CarbonVerification
from greendistrict.policy import yaml_file
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item

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
    values = {name: _value(table, found, item) for name, item in wanted.items()}
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


def _value(table: ScoreTable, inventory: CarbonInventory, item: Item) -> str:
    """The result in stored form; empty if there is none or the clause does not accept it."""
    meta = item.value
    if meta is None or not inventory.frozen:
        return ""
    unit = _unit(item)
    if unit is not None:
        found = in_unit(inventory.frozen["content"], unit, meta["decimals"])
    else:
        plan = table.district.plans.order_by("-number").first()
        years = paths_filed({table.district_id: plan}, inventory.year, Q())[table.district_id]
        found = reduction_done(years, inventory.year, meta["decimals"])
    return found if found and Decimal(str(meta["min"])) <= Decimal(found) <= Decimal(str(meta["max"])) else ""


CARBON = PrefillSource("carbon", "碳排放清单", 15, binding=True, offers=offers, compared=True)
