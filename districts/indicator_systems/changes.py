"""Differences between a draft indicator system and the version in force, and the draft's digest. Writes nothing."""

import hashlib
import json
from collections.abc import Iterator

from districts.indicator_systems.models import IndicatorRow, IndicatorSystem, Term
from districts.indicator_systems.row_rules import MEASURED, measure_for
from districts.indicator_systems.takeover import row_label
from districts.indicator_systems.targets import show
from indicators.editions.selectors import rules_for

PLAIN = ("title", "unit", "department", "source", "exclusion_reason", "baseline_year")
KEPT = ("key", "item_id", "title", "unit", "rule", "dimension", "taking_part", *MEASURED, *PLAIN[2:])
NONE = "无"
EMPTY = "未填"
TAKES_PART = {True: "参评", False: "不参评"}
Change = tuple[str, str, str]


def digest_of(system: IndicatorSystem) -> str:
    """SHA-256 of everything in a version that a change decides on."""
    rows = [{name: getattr(row, name) for name in KEPT} for row in system.rows.order_by("key")]
    years = [getattr(system, f"{term}_year") for term in Term.values]
    text = json.dumps([system.edition.code, years, rows], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def differences(old: IndicatorSystem, new: IndicatorSystem) -> list[Change]:
    """(what, before, after) of all differences between two versions under the same edition, in table order."""
    found: list[Change] = []
    for term in Term:
        was, now = (getattr(one, f"{term.value}_year") for one in (old, new))
        if was != now:
            found.append((f"{term.label}目标年", f"{was}年" if was else EMPTY, f"{now}年" if now else EMPTY))
    before, after = ({row.key: row for row in one.rows.all()} for one in (old, new))
    for key in dict.fromkeys([*after, *before]):
        found += _row(before.get(key), after.get(key), new)
    return found


def _row(old: IndicatorRow | None, new: IndicatorRow | None, system: IndicatorSystem) -> Iterator[Change]:
    row = new or old
    if row is None:
        return
    name = f"{row.item_id} {row.title}".strip()
    if old is None or new is None:
        words = "，".join(f"{row_label(row, field)}{_said(row, field, system)}" for field in MEASURED if getattr(row, field)) or row.title
        yield f"{name}（{'新增' if old is None else '删除'}）", NONE if old is None else words, words if old is None else NONE
        return
    if old.taking_part != new.taking_part:
        yield f"{name}　参评", TAKES_PART[old.taking_part], TAKES_PART[new.taking_part]
    for field in (*MEASURED, "rule", "dimension", *PLAIN):
        before, after = _said(old, field, system), _said(new, field, system)
        if before != after:
            yield f"{name}　{row_label(row, field)}", before, after


def _said(row: IndicatorRow, field: str, system: IndicatorSystem) -> str:
    value = getattr(row, field)
    if field in MEASURED:
        measure = measure_for(row, rules_for(system.edition).items)
        return f"{show(measure, value)}{measure.unit}" if value else EMPTY
    if field == "rule":
        return row.get_rule_display() or EMPTY
    return str(value) if value else EMPTY
