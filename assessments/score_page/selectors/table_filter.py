"""Filters of the score table, of one chapter and across all."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import TextChoices

from assessments.findings.selectors.check import RowStatus, entry_of, holding_words, standings
from assessments.findings.selectors.plausibility import full_findings
from assessments.findings.selectors.row_facts import EMPTY, EXCLUDED, PENDING
from assessments.plausibility.row_rules import missed_target
from assessments.prefill.selectors import LAST_YEAR
from assessments.score_page.selectors.table_rows import ScoreSheet
from assessments.sharing.models import ShareState
from assessments.sharing.selectors import shares_of
from greendistrict.accounts.viewer import Viewer

TODO, MINE, ALL = "todo", "mine", "all"
LABELS = {TODO: "需要填写", MINE: "我的"}


def todo_items(found: Mapping[str, RowStatus]) -> frozenset[str]:
    """Items that need work: missing, expired, changed at the source, below target, returned."""
    return frozenset(name for name, one in found.items() if one.opens)


def mine_items(viewer: Viewer, sheet: ScoreSheet) -> frozenset[str]:
    """Items that wait for this user under an open share."""
    keys = {share.pk for share in shares_of(viewer).filter(table=sheet.table.pk, status=ShareState.OPEN)}
    return frozenset(name for name, row in sheet.rows.items() if row.share in keys)


def default_key(viewer: Viewer, sheet: ScoreSheet) -> str:
    """Filter used if the query string has none: the user's own rows first, else from the second year on those to fill in."""
    if any(row.share for row in sheet.rows.values()) and mine_items(viewer, sheet):
        return MINE
    return TODO if any(row.source == LAST_YEAR.key for row in sheet.rows.values()) else ALL


def shown(viewer: Viewer, sheet: ScoreSheet, key: str) -> dict[str, Any] | None:
    """Rows selected by a filter, reasons by item, number that one click on 无变化 settles with a sentence; None for whole chapters."""
    if key not in LABELS:
        return None
    found = standings(sheet.table, sheet.scored, sheet.rows, viewer.today)
    items = todo_items(found) if key == TODO else mine_items(viewer, sheet)
    why = {name: found[name].words for name in items if found[name].opens}
    holding, held = holding_words(found.values())
    return {"key": key, "items": items, "why": why, "holding": holding, "held": held}


class Show(TextChoices):
    """Keys of the filters, in page order."""

    TODO = "todo", "需要填写"
    EMPTY = "empty", "空白"
    CHANGED = "changed", "与上年不同"
    BELOW = "below", "低于目标"
    FAILED = "failed", "检查未过"
    RETURNED = "returned", "退回要改的"
    MINE = "mine", "我的"
    PENDING = "pending", "待确认"
    UNPROVEN = "unproven", "缺佐证"
    NOTED = "noted", "数值须核对"
    EXCLUDED = "excluded", "不参评"


# Filters opened by the figures of the footer; the bar shows them only while they are active.
FIGURES = frozenset({Show.PENDING, Show.UNPROVEN, Show.NOTED, Show.EXCLUDED})
WHY = {
    Show.TODO: "缺的、到期的、变了的、没有达到目标的",
    Show.EMPTY: "尚未填写的",
    Show.CHANGED: "与上年不同的",
    Show.BELOW: "没有达到目标的",
    Show.FAILED: "检查有提示或须处理的",
    Show.RETURNED: "退回时列明的",
    Show.MINE: "分派给我或我单位的",
    Show.PENDING: "带入后尚未确认的",
    Show.UNPROVEN: "得分或满足而没有佐证材料的",
    Show.NOTED: "未达年度目标或目标路径、较上年变化大等数值有提示的",
    Show.EXCLUDED: "不参评的",
}


def choices(current: str) -> tuple[tuple[str, str, str, bool], ...]:
    """Links of the filter bar: key, label, what it shows, whether it is the current one."""
    shown = [show for show in Show if show not in FIGURES or show.value == current]
    return tuple((show.value, str(show.label), WHY[show], show.value == current) for show in shown)


def picked(show: str, sheet: ScoreSheet, viewer: Viewer) -> frozenset[str]:
    """Clauses that match the filter."""
    return frozenset(FILTERS[Show(show)](sheet, viewer)) & frozenset(sheet.scored.table.items)


def _todo(sheet: ScoreSheet, viewer: Viewer) -> Collection[str]:
    found = shown(viewer, sheet, TODO)
    return found["items"] if found else ()


def _group(group: str) -> Callable[[ScoreSheet, Viewer], list[str]]:
    """Filter by the group in which a row is counted, so that a link from a figure shows exactly the rows it counts."""
    return lambda sheet, _user: [name for name, one in sheet.facts.items() if one.group == group]


def _unproven(sheet: ScoreSheet, _viewer: Viewer) -> list[str]:
    return [name for name, one in sheet.facts.items() if one.unproven]


def _noted(sheet: ScoreSheet, _viewer: Viewer) -> list[str]:
    return [name for name, one in sheet.facts.items() if one.marks]


def _changed(sheet: ScoreSheet, _viewer: Viewer) -> list[str]:
    """Rows that differ from last year; without last year's table those filled in or edited."""
    if not sheet.previous:
        return [name for name, row in sheet.rows.items() if row.version]
    return [name for name, row in sheet.rows.items() if name in sheet.previous and _says(row) != _says(sheet.previous[name])]


def _says(row: Any) -> tuple[Any, bool, bool]:
    return row.value, bool(row.exclusion_reason), bool(row.absent_reason)


def _below(sheet: ScoreSheet, _viewer: Viewer) -> list[str]:
    items = sheet.scored.table.items
    entries = [entry_of(sheet.table, sheet.scored, items[name], row, {}) for name, row in sheet.rows.items() if name in items]
    return [entry.item.id for entry in entries if entry.filled and entry.target is not None and missed_target(entry)]


def _failed(sheet: ScoreSheet, viewer: Viewer) -> list[str]:
    return [one.item_id for one in full_findings(sheet.table, sheet.scored, sheet.rows, viewer.today) if one.rule != "complete"]


def _returned(sheet: ScoreSheet, _viewer: Viewer) -> list[str]:
    check = getattr(sheet.table, "self_check", None)
    return [str(finding["item_id"]) for finding in check.findings] if check else []


def _mine(sheet: ScoreSheet, viewer: Viewer) -> Collection[str]:
    return mine_items(viewer, sheet)


FILTERS: Mapping[Show, Callable[[ScoreSheet, Viewer], Collection[str]]] = {
    Show.TODO: _todo,
    Show.EMPTY: _group(EMPTY),
    Show.CHANGED: _changed,
    Show.BELOW: _below,
    Show.FAILED: _failed,
    Show.RETURNED: _returned,
    Show.MINE: _mine,
    Show.PENDING: _group(PENDING),
    Show.UNPROVEN: _unproven,
    Show.NOTED: _noted,
    Show.EXCLUDED: _group(EXCLUDED),
}
