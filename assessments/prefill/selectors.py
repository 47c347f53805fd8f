"""Sources of prefilled values: plots and key projects, the indicator system in force and its targets, last year's received self-check."""

import datetime as dt
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from assessments.common.enums import Purpose
from assessments.prefill.models import RowPrefill
from assessments.prefill.sources import FIELDS, Offer, OfferedFile, PrefillSource, offers_of
from assessments.tables.models import RowEvidence, ScoreRow, ScoreTable, TableVersion
from assessments.tables.selectors.scoring import RowData, held_of, left_out_by_portal
from districts.facts.selectors import clauses, values_by_clause
from districts.indicator_systems.models import Term
from districts.indicator_systems.selectors import system_in_force
from districts.indicator_systems.targets import as_stored
from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import half_up
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import newest_versions
from indicators.editions.selectors import rules_for
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item
from indicators.scoring.refusals import ScoringRefused, ValueProblem
from indicators.scoring.values import check_value


def empty_rows(table: ScoreTable, offers: Collection[str]) -> QuerySet[ScoreRow]:
    """Empty rows for which there is an offer."""
    untouched = ScoreRow.objects.filter(table=table, version=0, prefill__isnull=True, item_id__in=offers)
    return untouched.filter(value__isnull=True, exclusion_reason="", absent_reason="")


def follows(table: ScoreTable, rows: Mapping[str, RowData]) -> bool:
    """Whether plots and key projects may still fill untouched rows; needs no query."""
    found = (rows[name] for name in clauses(table.edition.code, table.stage) if name in rows)
    return any(row.version == 0 and not row.confirmed and (row.value is None or row.source == LAND.key) for row in found)


def targets_wait(table: ScoreTable, rows: Mapping[str, RowData]) -> bool:
    """Whether nobody has begun to fill the table in and targets stand from which it can begin; a query for such a table only."""
    begun = table.purpose != Purpose.APPLICATION or any(row.version > 0 or row.source == TARGETS.key for row in rows.values())
    system = None if begun else system_in_force(table.district)
    return system is not None and system.edition_id == table.edition_id


def moved_offers(table: ScoreTable, today: dt.date) -> list[tuple[RowPrefill, Offer]]:
    """Offers of binding sources that differ from the prefilled value."""
    offers = offers_of(table, today, asked=False)
    found = []
    for prefill in RowPrefill.objects.filter(row__table=table).select_related("row").order_by("row__order"):
        now = [offer for source, offer in offers.get(prefill.row.item_id, ()) if source.key == prefill.source and source.binding]
        if now and dict(now[0].content) != prefill.content:
            found.append((prefill, now[0]))
    return found


def waiting_offers(table: ScoreTable, today: dt.date) -> list[tuple[str, str, str]]:
    """Possible prefills, for empty rows and where the source changed: clause, source in words, URL of the source's page or nothing."""
    offers = offers_of(table, today)
    rows = empty_rows(table, offers).order_by("order").values_list("item_id", flat=True) if offers else ()
    moved = [(prefill.row.item_id, f"来源已变：{offer.label}", offer.href) for prefill, offer in moved_offers(table, today)]
    first = {item_id: offers[item_id][0][1] for item_id in rows}
    return [*((item_id, offer.label, offer.href) for item_id, offer in first.items()), *moved]


def from_last_year(table: ScoreTable, _today: dt.date) -> dict[str, Offer]:
    """Offers from the version of last year's table that counts, with files in their newest version; empty under another edition."""
    version = TableVersion.objects.filter(table=table.previous_id, counts=True, table__edition=table.edition_id).first()
    if version is None:
        return {}
    names = ("row__item_id", "document_id", "page", "page_end", "passage")
    links = list(RowEvidence.objects.filter(row__table=table.previous_id).order_by("pk").values_list(*names))
    newest = newest_versions(Evidence.objects.filter(pk__in=[document for _, document, *_ in links]))
    files: dict[str, tuple[OfferedFile, ...]] = {}
    for item_id, document, page, page_end, passage in links:
        files[item_id] = (*files.get(item_id, ()), (newest[document], (page, page_end, passage)))
    label = f"{version.content['year']}年度自查（已接收）"
    return {
        row["item_id"]: Offer(content, label, files.get(row["item_id"], ()))
        for row in version.content["rows"]
        if (content := _content(table, row))
    }


def _content(table: ScoreTable, row: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that were filled in; empty for an empty row. The construction state is only copied during construction."""
    found = {name: row[name] for name in FIELDS if row[name] not in (None, "") and (name != "build_state" or table.building)}
    return found if set(found) - {"build_state"} else {}


def from_indicator_system(table: ScoreTable, _today: dt.date) -> dict[str, Offer]:
    """Offers of the indicator system in force: clauses it excludes, with its reason; empty if it follows another edition."""
    system = system_in_force(table.district)
    if system is None or system.edition_id != table.edition_id:
        return {}
    items = rules_for(table.edition).items
    out = system.rows.filter(taking_part=False).exclude(item_id="").values_list("item_id", "exclusion_reason")
    label = f"指标体系（第{system.number}版，已批准）"
    return {name: Offer({"exclusion_reason": reason}, label) for name, reason in out if items[name].may_exclude}


def from_targets(table: ScoreTable, _today: dt.date) -> dict[str, Offer]:
    """Offers for an application: the last target of each clause of the indicator system in force, as the value that is planned.

    A ratio is offered where the table holds what it is of (a base quantity); combined rules and checklists, whose parts a target does not
    name, are not.
    """
    system = system_in_force(table.district) if table.purpose == Purpose.APPLICATION else None
    if system is None or system.edition_id != table.edition_id:
        return {}
    items, found = rules_for(table.edition).table(table.type, table.stage).items, dict[str, Offer]()
    for row in system.rows.filter(taking_part=True, item_id__in=items):
        term = next((one for one in reversed(Term) if getattr(row, one.value)), None)
        item = items[row.item_id]
        if term is None or left_out_by_portal(item, table):
            continue
        value = _planned(table, item, getattr(row, term.value))
        if value is not None:
            year = getattr(system, f"{term.value}_year")
            label = f"指标体系（第{system.number}版，已批准）{term.label}目标{f'，{year}年' if year else ''}"
            found[row.item_id] = Offer({"value": value}, label)
    return found


def _planned(table: ScoreTable, item: Item, target: str) -> Any:
    """A target as the stored value of a clause; None where it does not say one."""
    value = as_stored(item, target)
    if item.ratio and value is not None:
        held = held_of(table, item.id)
        if set(held) != {"b"}:
            return None
        value = {"a": plain(half_up(Decimal(target) * Decimal(held["b"]) / 100)), "b": held["b"]}
    try:
        return check_value(item, value)
    except (ScoringRefused, ValueProblem):
        return None


def from_land(table: ScoreTable, today: dt.date) -> dict[str, Offer]:
    """Offers computed from plots and key projects, as of the last day of the table's year or today, whichever is earlier."""
    on = min(today, dt.date(table.year, 12, 31)) if table.year else today
    given = values_by_clause(table.district, table.edition.code, table.stage, on)
    asked = rules_for(table.edition).table(table.type, table.stage).items if given else {}
    day = day_in_words(on)
    return {name: Offer({"value": one.value}, f"{one.source}（{day}）") for name, one in given.items() if name in asked}


LAND = PrefillSource("land", "地块和近期重点项目", 10, binding=True, offers=from_land)
TARGETS = PrefillSource("targets", "指标体系的目标", 30, binding=False, asked=True, offers=from_targets)
LAST_YEAR = PrefillSource("last_year", "上年自查", 50, binding=False, offers=from_last_year)
INDICATOR_SYSTEM = PrefillSource("indicator_system", "指标体系", 20, binding=True, offers=from_indicator_system)
