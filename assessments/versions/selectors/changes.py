"""Display text of a change to a cell."""

from dataclasses import dataclass
from typing import Any

from assessments.common.enums import BuildState
from assessments.tables.models import RowChange
from assessments.tables.selectors.widgets import exact_words
from greendistrict.accounts.acting import named
from indicators.scoring.prepare import Item

FIELD_WORDS = {
    "value": "取值",
    "base": "基础数据",
    "exclusion_reason": "不参评理由",
    "absent_reason": "不存在的说明",
    "explanation": "说明",
    "build_state": "建设情况",
    "unchanged": "声明",
    "reason": "改写理由",
}


@dataclass(frozen=True)
class CellChange:
    """An entry of the history."""

    label: str
    old: str
    new: str
    by: str
    at: Any


def change_line(item: Item, change: RowChange) -> CellChange:
    """A change in words."""
    return CellChange(
        FIELD_WORDS.get(change.field, change.field),
        _words(item, change.field, change.old),
        _words(item, change.field, change.new),
        named(change, "by"),
        change.at,
    )


def _words(item: Item, field: str, value: Any) -> str:
    if field in {"value", "base"}:
        return exact_words(item, value)
    if field == "unchanged":
        return "无变化" if value else "未确认"
    words = {**dict(BuildState.choices), "": "未填"}
    return words.get(str(value or ""), str(value))
