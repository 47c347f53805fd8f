"""What stands where in the workbook of a score table. Writing and reading both go by it."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from django.core import signing

from assessments.common.enums import BuildState
from assessments.score_page.selectors.table_rows import ScoreSheet
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import RowData, left_out_by_portal
from assessments.workbook.parts import Part, parts_of
from indicators.scoring.prepare import Item

FORMAT = "greendistrict.scores/1"
SHEET, GUIDE, LISTS, MARKS = "评分表", "填写说明", "选项", "gd"
HEAD_ROW, FIRST_ROW = 3, 4  # counted from 0
# (name, head, width). A cell under a name that is in FIELDS may be filled in; the others are read by people only.
COLUMNS = (
    ("key", "键", 8), ("item", "条文号", 9), ("title", "条文", 26), ("label", "填写内容", 30), ("how", "单位或填法", 13),
    ("value", "取值", 15), ("build_state", "建设情况", 10), ("exclusion_reason", "不参评理由", 20), ("absent_reason", "不存在的说明", 20),
    ("explanation", "说明", 30), ("last", "上年", 14), ("target", "目标", 14),
)  # fmt: skip
AT = {name: column for column, (name, _, _) in enumerate(COLUMNS)}
TEXTS = ("exclusion_reason", "absent_reason", "explanation")
FIELDS = ("value", "build_state", *TEXTS)
LABELS = {name: head for name, head, _ in COLUMNS}
BUILD_WORDS = {str(state.label): state.value for state in BuildState}
SALT = "assessments.workbook"
MARK_HEAD = 6  # lines of the hidden sheet before those of the rows


@dataclass(frozen=True)
class Line:
    """One line of the sheet: a part of a clause's value; the first of a clause also takes its other fields."""

    item: Item
    part: Part
    first: bool
    row: RowData
    by_portal: bool

    @property
    def key(self) -> str:
        """Hidden key: clause and part."""
        return f"{self.item.id}|{self.part.key}"

    @property
    def label(self) -> str:
        """What the line asks for."""
        return self.part.label or self.item.title

    def takes(self, field: str, *, building: bool) -> bool:
        """Whether the cell of this field may be filled in on this line."""
        if self.by_portal:
            return False
        if field == "value":
            return True
        allowed = {"build_state": building, "exclusion_reason": self.item.may_exclude, "absent_reason": self.item.when_absent is not None}
        return self.first and allowed.get(field, True)


def lines_of(sheet: ScoreSheet) -> list[Line]:
    """Lines of a table in its order."""
    return [
        line
        for name, item in sheet.scored.table.items.items()
        if name in sheet.rows
        for line in _lines(sheet.table, item, sheet.rows[name])
    ]


def _lines(table: ScoreTable, item: Item, row: RowData) -> list[Line]:
    out = left_out_by_portal(item, table)
    return [Line(item, part, at == 0, row, out) for at, part in enumerate(parts_of(item))]


def book_marks(table: ScoreTable) -> list[str]:
    """What the workbook is of: format, district, edition, table, year, purpose."""
    return [FORMAT, table.district.code, table.edition.code, str(table.pk), str(table.year or ""), str(table.get_purpose_display())]


def row_mark(row: RowData) -> tuple[str, int, str]:
    """Key, version and content of a row as they were when the workbook was made."""
    kept = {name: getattr(row, name) for name in FIELDS}
    text = json.dumps(kept, ensure_ascii=False, sort_keys=True)
    return row.item_id, row.version, base64.b64encode(text.encode()).decode()  # no program that saves the file alters this


def unpacked(mark: str) -> dict[str, Any]:
    """Content of a row from its mark. The seal has been checked before."""
    found: dict[str, Any] = json.loads(base64.b64decode(mark))
    return found


def seal_of(marks: list[list[Any]]) -> str:
    """Signature over everything hidden, so that nobody's edit of it goes unseen."""
    text = json.dumps(marks, ensure_ascii=False)
    return signing.Signer(salt=SALT).signature(text)
