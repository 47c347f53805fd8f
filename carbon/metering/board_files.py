"""The board of a year as CSV and as a workbook, with the same figures as the page."""

import csv
import io
from collections.abc import Iterable, Sequence
from fractions import Fraction

from carbon.metering.selectors.board import CarrierYear, MonthCell
from greendistrict.core.rounding import fixed, half_up
from greendistrict.documents.list_workbook import Cell, list_book
from greendistrict.documents.spreadsheets import Head

PLACES = 2
HEADS: tuple[Head, ...] = (
    ("计量对象", 12), ("单位", 8), ("月份", 10), ("用量", 16), ("上年同月", 16), ("应有间隔", 10), ("实测间隔", 10),
    ("估算间隔", 10), ("缺数间隔", 10), ("估算占用量 %", 12), ("上年缺数间隔", 12),
)  # fmt: skip


def as_workbook_of(rows: Sequence[CarrierYear], year: int, name: str, *, demo: bool) -> bytes:
    """Workbook of a year."""
    return list_book("月度用量", f"{name}{year}年计量用量", HEADS, _lines(rows, year), demo=demo)


def as_csv(rows: Sequence[CarrierYear], year: int) -> bytes:
    """CSV of a year, encoded so that spreadsheets open it correctly."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(head for head, _ in HEADS)
    writer.writerows(_lines(rows, year))
    return stream.getvalue().encode("utf-8-sig")


def _lines(rows: Sequence[CarrierYear], year: int) -> Iterable[Sequence[Cell]]:
    for row in rows:
        for number, (cell, before) in enumerate(zip(row.months, row.before, strict=True), start=1):
            yield _line(row, f"{year}-{number:02d}", cell, before)
        yield _line(row, f"{year}年合计", row.total, row.total_before)


def _line(row: CarrierYear, label: str, cell: MonthCell, before: MonthCell) -> Sequence[Cell]:
    share = fixed(cell.estimated_share * 100, 1) if cell.amount is not None else None
    amounts = (_amount(cell.amount), _amount(before.amount))
    counts = (cell.wanted, cell.measured, cell.estimated, cell.missing)
    return (str(row.carrier.label), row.unit, label, *amounts, *counts, share, before.missing)


def _amount(value: Fraction | None) -> Cell:
    return None if value is None else half_up(value, PLACES)
