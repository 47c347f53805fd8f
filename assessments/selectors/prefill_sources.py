"""The sources there are today: last year's received self-check, and the indicator system in force."""

from collections.abc import Mapping
from typing import Any

from assessments.models import RowEvidence, ScoreTable, TableVersion
from assessments.prefill import FIELDS, Offer, Source
from districts.selectors.indicators import system_in_force
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import newest_versions
from indicators.selectors import rules_for


def from_last_year(table: ScoreTable) -> dict[str, Offer]:
    """Rows of the version that counts of last year's table, with their files in the newest version; nothing of another edition."""
    version = TableVersion.objects.filter(table=table.previous_id, counts=True, table__edition=table.edition_id).first()
    if version is None:
        return {}
    files, label = _files(table.previous_id), f"{version.content['year']}年度自查（已接收）"
    return {
        row["item_id"]: Offer(content, label, files.get(row["item_id"], ()))
        for row in version.content["rows"]
        if (content := _content(table, row))
    }


def _content(table: ScoreTable, row: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that were filled in; nothing for an empty row. Whether a thing is being built is only asked while building."""
    found = {name: row[name] for name in FIELDS if row[name] not in (None, "") and (name != "build_state" or table.building)}
    return found if set(found) - {"build_state"} else {}


def _files(table_id: int | None) -> dict[str, tuple[tuple[int, int | None], ...]]:
    links = list(RowEvidence.objects.filter(row__table=table_id).order_by("pk").values_list("row__item_id", "document_id", "page"))
    newest = newest_versions(Evidence.objects.filter(pk__in=[document for _, document, _ in links]))
    found: dict[str, tuple[tuple[int, int | None], ...]] = {}
    for item_id, document, page in links:
        found[item_id] = (*found.get(item_id, ()), (newest[document], page))
    return found


def from_indicator_system(table: ScoreTable) -> dict[str, Offer]:
    """Clauses that the indicator system in force leaves out, with its reason; nothing where it follows another edition."""
    system = system_in_force(table.district)
    if system is None or system.edition_id != table.edition_id:
        return {}
    items = rules_for(table.edition).items
    out = system.rows.filter(taking_part=False).exclude(item_id="").values_list("item_id", "exclusion_reason")
    label = f"指标体系（第{system.number}版，已批准）"
    return {name: Offer({"exclusion_reason": reason}, label) for name, reason in out if items[name].may_exclude}


LAST_YEAR = Source("last_year", "上年自查", 50, binding=False, offers=from_last_year)
INDICATOR_SYSTEM = Source("indicator_system", "指标体系", 20, binding=True, offers=from_indicator_system)
