"""The city-wide policy check as a workbook of text cells: every district, every rule, and the counts."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from greendistrict.core.days import day_in_words
from greendistrict.documents.spreadsheets import made, write_heads
from greendistrict.policy.engine import required_of
from portal.policy.selectors.check import WORDS, CityCheck

HEADS = (("序号", 6), ("城区名称", 34), ("阶段", 10), ("类型", 12), ("未满足", 8), ("资料不足", 8), ("提醒", 8), ("按现填或在办", 12))
DETAIL = (
    ("城区名称", 34), ("条款", 50), ("出处", 14), ("程度", 8), ("结果", 10), ("要求", 26), ("现状", 44), ("怎样满足", 44),
    ("本平台理解", 44),
)  # fmt: skip
RULES = (
    ("条款", 50),
    ("出处", 14),
    ("程度", 8),
    ("环节", 16),
    ("要求", 50),
    ("核对", 8),
    ("已满足", 8),
    ("未满足", 8),
    ("资料不足", 10),
    ("提醒", 8),
    ("按现填或在办", 12),
)


def check_book(check: CityCheck, *, today: dt.date) -> bytes:
    """Three sheets: 城区 (one row each), 逐条 (district × rule), 条款 (counts)."""
    return made(lambda book: _write_sheets(book, check, today), flat=True)


def _write_sheets(book: Any, check: CityCheck, today: dt.date) -> None:
    bold = book.add_format({"bold": True, "border": 1})
    demo = any(row.district.is_demo for row in check.rows)
    note = f"{check.policy.code}　核对日期：{day_in_words(today)}{'　含演示数据' if demo else ''}"
    _districts(book.add_worksheet("城区"), check, note, bold)
    _detail(book.add_worksheet("逐条"), check, note, bold)
    _rules(book.add_worksheet("条款"), check, note, bold)


def _open(sheet: Any, heads: tuple[tuple[str, int], ...], note: str, bold: Any) -> None:
    sheet.write_string(0, 0, note)
    write_heads(sheet, 1, heads, bold)
    sheet.freeze_panes(2, 1)


def _write(sheet: Any, row: int, cells: Sequence[str | int]) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, int):
            sheet.write_number(row, column, cell)
        else:
            sheet.write_string(row, column, cell)


def _districts(sheet: Any, check: CityCheck, note: str, bold: Any) -> None:
    _open(sheet, HEADS, note, bold)
    for number, row in enumerate(check.rows, start=1):
        name = f"{row.district.name}{'（演示数据）' if row.district.is_demo else ''}"
        counts = [len(row.failing), len(row.without_data), len(row.warned), len(row.pending)]
        _write(sheet, number + 1, [number, name, row.district.stage_text, row.district.get_type_display() or "未填", *counts])


def _detail(sheet: Any, check: CityCheck, note: str, bold: Any) -> None:
    _open(sheet, DETAIL, note, bold)
    line = 2
    for row in check.rows:
        for verdict in row.verdicts:
            texts = [verdict.required, verdict.found, verdict.remedy, verdict.reading]
            cells = [row.district.name, verdict.title, verdict.cite, str(verdict.level.label), WORDS[verdict.counted_as], *texts]
            _write(sheet, line, cells)
            line += 1


def _rules(sheet: Any, check: CityCheck, note: str, bold: Any) -> None:
    _open(sheet, RULES, note, bold)
    for number, line in enumerate(check.lines, start=2):
        rule = line.rule
        words = [rule.title, rule.cite, str(rule.level.label), str(rule.step.label), required_of(rule)]
        _write(sheet, number, [*words, line.asked, line.passed, line.failed, line.without_data, line.warned, line.pending])
