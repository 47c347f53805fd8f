"""Blank workbooks offered by the materials checklist: the expected column heads, and one row per project or plot."""

from collections.abc import Sequence
from typing import Any

from approvals.cases.checklist import Slot
from districts.plots.columns import PLOT_FILED
from districts.projects.columns import PROJECT
from greendistrict.documents.spreadsheets import Head, made, write_heads

PROJECTS = (
    ("序号", 6), (PROJECT["name"].label, 36), (PROJECT["category"].label, 16), ("建设单位", 30),
    *((PROJECT[name].paper_head, 14) for name in ("investment", "planned_start", "planned_finish")),
    ("计划投用", 14), ("实际投用", 14), ("绿色生态内容", 40),
)  # fmt: skip
PLOTS = (
    ("序号", 6), *((column.paper_head, 18) for column in PLOT_FILED.values()),
    ("合同或决定书文号", 28), ("竣工验收日期", 16), ("绿色生态指标落实情况", 40),
)  # fmt: skip
HEADS = {"key-projects": PROJECTS, "plots": PLOTS}
BLANK_ROWS = 60


def blank_book(slot: Slot, *, district: str, rows: Sequence[Sequence[Any]] = ()) -> bytes:
    """Workbook with title, instructions and column heads of a slot; ``rows`` are pre-filled first rows.

    Raises ``KeyError`` for a slot without a blank workbook.
    """
    heads = HEADS[slot.key]
    return made(lambda book: _write(book, slot, heads, district, rows))


def _write(book: Any, slot: Slot, heads: Sequence[Head], district: str, rows: Sequence[Sequence[Any]]) -> None:
    sheet, cell = book.add_worksheet(slot.title[:31]), book.add_format({"border": 1})
    sheet.write_string(0, 0, f"{slot.title}　{district}")
    sheet.write_string(1, 0, slot.guide)
    write_heads(sheet, 2, heads, book.add_format({"bold": True, "border": 1}))
    for row in range(BLANK_ROWS):
        sheet.write_number(3 + row, 0, row + 1, cell)
        given = rows[row] if row < len(rows) else ()
        for column in range(1, len(heads)):
            sheet.write(3 + row, column, given[column - 1] if given else None, cell)
    sheet.freeze_panes(3, 2)
    sheet.set_landscape()
    sheet.repeat_rows(2)
    sheet.fit_to_pages(1, 0)
