"""Columns of an edition of a standard, and of the list of editions."""

import datetime as dt
from typing import Any

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import ChoiceColumn, DayColumn, FlagColumn, NumberColumn, TextColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn, StateColumn
from indicators.editions.models import Edition, EditionStatus

EDITION = Columns.of(
    Edition, "code", "title", "official", "in_force", "replaces", "status", "complete", "digest",
    code=TextColumn(css="gd-nowrap", example="GD-REF-2024"),
    title=TextColumn(example="参考版"),
    official=FlagColumn(example=False),
    in_force=DayColumn(empty="未录入"),
    replaces=TextColumn(css="gd-nowrap", empty="无"),
    status=ChoiceColumn(example=EditionStatus.PUBLISHED),
    digest=TextColumn(example="0" * 64),
)  # fmt: skip


def marks(row: Any, _today: dt.date) -> str:
    """That an edition is not the official standard, and that it is not entered completely."""
    return "，".join(word for word, said in (("参考版", not row.official), ("未录全", not row.complete)) if said)


EDITION_LIST = ListTable(
    Columns(
        Edition, **EDITION.part("code", "title", "in_force", "replaces"),
        marks=ComputedColumn("标注", marks, ("official", "complete")),
        standing=StateColumn(EditionStatus, source="status", css="gd-state"),
        chapters=NumberColumn("", source="chapter_count", label="章", shown=0),
        clauses=NumberColumn("", source="clause_count", label="条文", shown=0),
    ),
    "code", "title+marks", "standing", "in_force", "chapters", "clauses", "replaces", caption="评价标准各版本",
)  # fmt: skip
