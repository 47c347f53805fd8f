"""Workbooks of the list of ledgers and of one ledger."""

from collections.abc import Sequence

from greendistrict.documents.list_workbook import Cell, list_book, mark_of
from operation.ledger.selectors import Ledger, LedgerRow

HEADS = (
    ("城区名称", 34), ("年度", 8), ("条目数", 8), ("应建立机制", 12), ("会议和评估", 12), ("运行平台", 10), ("举办培训", 10),
    ("培训人次", 10), ("资金预算（万元）", 16), ("资金使用（万元）", 16), ("数据", 10),
)  # fmt: skip
OWN_HEADS = (("部分", 16), ("条目", 40), ("内容", 80), ("证明材料（份）", 14), ("是否计入", 24), ("说明", 40))


def ledger_list_book(rows: Sequence[LedgerRow], year: int) -> bytes:
    """Workbook of the list; figures stay empty (not 0) for a district without users in the portal."""
    cells = ([str(row.district), str(year), *_figures(row), mark_of(is_demo=row.district.is_demo)] for row in rows)
    demo = any(row.district.is_demo for row in rows)
    return list_book("运营台账", f"{year}年度运营台账（{len(rows)}个城区）", HEADS, cells, demo=demo)


def _figures(row: LedgerRow) -> list[Cell]:
    if not row.kept and not row.entries:
        return ["无记录", *[None] * 7]
    return [row.entries, row.mechanism_words, row.meetings, row.platforms, row.trainings, row.trained, row.budget, row.used]


def ledger_book(ledger: Ledger) -> bytes:
    """Workbook of one ledger, one entry per row."""
    rows: list[list[Cell]] = []
    for part in ledger.parts:
        heads = [column.head for column in part.section.columns.values()]
        for line in part.lines:
            told = "；".join(f"{head}：{cell}" for head, cell in zip(heads[1:], line.cells[1:], strict=True) if cell)
            rows.append([part.section.title, line.cells[0], told, line.files, line.lacks or "计入", line.entry.note])
    title = f"{ledger.district}{ledger.year}年度运营台账（{len(rows)}条）"
    return list_book("运营台账", title, OWN_HEADS, rows, demo=ledger.district.is_demo)
