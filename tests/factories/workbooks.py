"""A score table in memory and its workbook, for tests that spoil one cell after another. The edition is read once."""

import zipfile
from functools import cache
from io import BytesIO
from typing import Any

import openpyxl

from assessments.score_page.selectors.table_rows import ScoreSheet
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import RowData, score_rows
from assessments.workbook.score_table import BOOK, ScoreBook
from districts.file.models.district import District
from greendistrict.core import clock
from greendistrict.documents.workbooks.sealed import sealed_book
from indicators.editions.models import Edition
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item
from tests.factories.assessments import good_value, published_edition

AT = {column.field: at for at, column in enumerate(BOOK.columns)}
FIRST = BOOK.first_row + 1  # as openpyxl counts


@cache
def edition() -> Edition:
    """The reference edition; its row is gone after the first test, which a table in memory does not notice."""
    return published_edition()


def sheet_in_memory(
    *, code: str = "demo", pk: int = 1, year: int = 2026, areas: tuple[str, ...] = ("五个新城",), **values: Any
) -> ScoreSheet:
    """A few rows of a self-check's table with the best value in each; ``values`` by item (``c7_2_7``) stand instead.

    There are two controls, two shares, the first ratio counted in ten thousands, and the first clause that the portal may leave out.
    """
    district = District(pk=pk, code=code, name=f"演示{code}（虚构）", type="new", key_areas=list(areas), is_demo=True)
    table = ScoreTable(
        pk=pk, district=district, edition=edition(), purpose="self_check", type="new", stage="operation", building=True, year=year
    )
    given = {name.removeprefix("c").replace("_", "."): value for name, value in values.items()}
    rows = {}
    for item in few(list(rules_for(edition()).table("new", "operation").items.values())):
        best = "0" if item.rule["kind"] == "claimed" else good_value(item)
        rows[item.id] = RowData(pk, item.id, given.get(item.id, best), "", "", "", None, "done", 0, 0, 0)
    return ScoreSheet(table, score_rows(table, rows.values()), rows)


def few(items: list[Item]) -> list[Item]:
    """Clauses enough for every kind of trouble; a small workbook is quick to write and read."""
    ratio = next(item for item in items if item.ratio and item.data["inputs"][0]["unit"].startswith("万"))
    by_portal = next(item for item in items if item.auto == "key_area")
    return [item for item in items if item.id in {"4.1.1", "4.1.2", "7.2.6", "7.2.7", ratio.id, by_portal.id}]


@cache
def content_in_memory() -> bytes:
    """Workbook of ``sheet_in_memory()``."""
    return sealed_book(ScoreBook(sheet_in_memory(), clock.now()))


def book_in_memory() -> openpyxl.Workbook:
    """The same, to be spoilt."""
    return openpyxl.load_workbook(BytesIO(content_in_memory()))


def saved(book: openpyxl.Workbook) -> bytes:
    """The file."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def cell(book: openpyxl.Workbook, item_id: str, part: str = "", name: str = "value") -> Any:
    """Cell of a clause's part."""
    rows = book[BOOK.sheet].iter_rows(min_row=FIRST)
    return next(row[AT[name]] for row in rows if row[0].value == f"{item_id}|{part}")


def replaced(content: bytes, what: bytes, by: bytes) -> bytes:
    """The workbook with these bytes of its first sheet replaced."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            new.writestr(entry, data.replace(what, by) if entry.filename.endswith("sheet1.xml") else data)
    return out.getvalue()
