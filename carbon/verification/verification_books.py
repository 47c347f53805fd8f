"""Signed verification report and opinion as workbooks, which go to the city with the yearly report."""

from collections.abc import Iterable, Mapping
from typing import Any

from carbon.factors.selectors import factors_now
from carbon.inventories.content import Content, shown_lines
from carbon.verification.enums import VerificationConclusion
from greendistrict.documents.spreadsheets import made, write_heads

FINDINGS = (("序号", 6), ("核查发现", 50), ("更正情况", 50), ("核实意见", 40))
ROWS = (("部门", 14), ("活动", 20), ("活动量", 18), ("排放因子", 46), ("数据来源", 24), ("排放量 tCO₂e", 16))
WIDE = 100


def opinion_book(name: str, frozen: Mapping[str, Any], digest: str) -> bytes:
    """Statement and conclusion, the inventory they refer to, and the digest of the signed content."""
    return made(lambda book: _opinion(book, name, frozen, digest))


def report_book(name: str, frozen: Mapping[str, Any], content: Content) -> bytes:
    """Findings with their settlement, and the filed inventory row by row."""
    return made(lambda book: _report(book, name, frozen, content))


def _about(frozen: Mapping[str, Any]) -> list[tuple[str, str]]:
    inventory = frozen["inventory"]
    return [
        ("核查机构", frozen["body"]),
        ("核查的清单", f"第{inventory['edition']}版　校验值 {inventory['digest']}"),
        ("年碳排放总量", f"{inventory['total']} tCO₂e"),
        ("单位面积", f"{inventory['per_m2_kg']} kgCO₂e/m²"),
    ]


def _opinion(book: Any, name: str, frozen: Mapping[str, Any], digest: str) -> None:
    conclusion = VerificationConclusion(frozen["conclusion"]).label
    _head(book, book.add_worksheet("核查意见"), f"{name}核查意见", [
        *_about(frozen), ("核查结论", str(conclusion)), ("核查声明", frozen["statement"]), ("校验值（SHA-256）", digest),
    ])  # fmt: skip


def _report(book: Any, name: str, frozen: Mapping[str, Any], content: Content) -> None:
    findings = [(str(one["order"]), one["text"], one["reply"], one["note"]) for one in frozen["findings"]]
    sheet = book.add_worksheet("核查发现")
    line = _head(book, sheet, f"{name}报告", _about(frozen), widen=False)
    _table(book, sheet, line + 1, FINDINGS, findings)
    rows = [
        (one.sector, one.name, f"{one.amount} {one.unit}", one.factor, one.source, one.tco2e)
        for one in shown_lines(content, factors_now())
    ]  # fmt: skip
    _table(book, book.add_worksheet("逐项核算"), 0, ROWS, rows)


def _head(book: Any, sheet: Any, title: str, pairs: list[tuple[str, str]], *, widen: bool = True) -> int:
    sheet.write_string(0, 0, title, book.add_format({"bold": True}))
    if widen:
        sheet.set_column(0, 0, 20)
        sheet.set_column(1, 1, WIDE)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for number, (label, text) in enumerate(pairs, start=1):
        sheet.write_string(number, 0, label)
        sheet.write_string(number, 1, text, wrapped)
    return len(pairs) + 1


def _table(book: Any, sheet: Any, line: int, heads: Any, rows: Iterable[tuple[str, ...]]) -> None:
    write_heads(sheet, line, heads, book.add_format({"bold": True, "border": 1}))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for at, row in enumerate(rows, start=line + 1):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text, wrapped)
