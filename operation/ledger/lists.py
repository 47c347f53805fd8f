"""The list of ledgers of a year, and the workbook of one ledger."""

import datetime as dt

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import NumberColumn, TextColumn, WholeColumn
from greendistrict.columns.lists import ListTable
from greendistrict.columns.shown import ComputedColumn
from greendistrict.core.toned_words import TonedWord
from greendistrict.documents.list_workbook import Cell, list_book
from operation.ledger.selectors import Ledger, LedgerRow

OWN_HEADS = (("部分", 16), ("条目", 40), ("内容", 80), ("证明材料（份）", 14), ("是否计入", 24), ("说明", 40))
LARGEST = 2**31 - 1
NONE = "无记录"


def _established(row: LedgerRow, _today: dt.date) -> TonedWord:
    tone = "amber" if row.is_short else "line" if row.mechanisms is None else "success"
    return TonedWord(row.mechanism_words, tone)


LEDGERS = Columns(
    LedgerRow,
    place=TextColumn(source="district__name", label="城区", width=34),
    mechanism=ComputedColumn("应建立机制", _established),
    meetings=WholeColumn(label="会议和评估", most=LARGEST, empty=NONE),
    platforms=WholeColumn(label="运行平台", most=LARGEST, empty=NONE),
    trainings=WholeColumn(label="举办培训", most=LARGEST, empty=NONE),
    trained=WholeColumn(label="培训人次", most=LARGEST, empty=NONE),
    budget=NumberColumn("万元", label="资金预算", empty=NONE),
    used=NumberColumn("万元", label="资金使用", empty=NONE),
    entries=WholeColumn(label="条目", most=LARGEST, empty=NONE),
)
LEDGER_LIST = ListTable(LEDGERS, *LEDGERS, caption="运营台账", key="district__code", demo="district__is_demo")


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
