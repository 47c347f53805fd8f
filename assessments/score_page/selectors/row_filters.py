"""Row filters across chapters: 需要填写 and 我的."""

from collections.abc import Mapping
from typing import Any

from assessments.findings.selectors.check import RowStatus, holding_words, standings
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
