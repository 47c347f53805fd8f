"""District list as a workbook. Text cells are written as text, so that no name is read as a formula."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from districts.common.enums import Certainty
from districts.file.selectors.lists import DistrictRow
from greendistrict.core.days import day_in_words
from greendistrict.documents.spreadsheets import made, write_heads

HEADS = (
    ("序号", 6), ("城区名称", 34), ("代码", 22), ("所在区", 20), ("类型", 12), ("星级", 10), ("阶段", 12), ("面积 km²", 11),
    ("公告日期", 18),
    ("公告批次", 16), ("称号编号", 18), ("评价标准", 20), ("数据", 22), ("出处", 60),
)  # fmt: skip
HEAD_ROW = 2


def district_book(rows: Iterable[DistrictRow], *, today: dt.date) -> tuple[bytes, int]:
    """Workbook of the rows and their number; the heading says 演示数据 if any row is a demo district."""
    listed = list(rows)
    return made(lambda book: _fill(book, listed, today), flat=True), len(listed)


def _fill(book: Any, listed: list[DistrictRow], today: dt.date) -> None:
    sheet, area = book.add_worksheet("城区"), book.add_format({"num_format": "#,##0.00"})
    demo = any(row.is_demo for row in listed)
    sheet.write_string(0, 0, f"城区（{len(listed)}个）{'　含演示数据' if demo else ''}", book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, f"导出日期：{day_in_words(today)}。没有出处的写未查明；导则覆盖区不是城区")
    write_heads(sheet, HEAD_ROW, HEADS, book.add_format({"bold": True, "border": 1}))
    for number, row in enumerate(listed, start=1):
        _write(sheet, HEAD_ROW + number, number, row, area)
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + len(listed), len(HEADS) - 1)


def _write(sheet: Any, at: int, number: int, row: DistrictRow, area: Any) -> None:
    """Write one district: the area as a number, a day that is not inferred as a day, everything else as text."""
    sheet.write_number(at, 0, number)
    for column, cell in enumerate(cells_of(row), start=1):
        if isinstance(cell, Decimal):
            sheet.write_number(at, column, cell, area)
        elif isinstance(cell, dt.date):
            sheet.write_datetime(at, column, cell)
        else:
            sheet.write_string(at, column, cell)


def cells_of(row: DistrictRow) -> list[str | Decimal | dt.date]:
    """Cells of a row; unknown values are 未查明 for real districts and 未填 for others, withheld ones 不公开."""
    missing = row.missing
    return [
        row.name,
        row.code,
        _guessed("、".join(row.areas) or missing, guess=row.place_is_inferred),
        _marked(row.type_label or missing, row.type_certainty),
        row.star_label or ("" if row.is_demo else missing),
        _guessed(row.stage_label, guess=row.stage_is_inferred),
        row.missing_inside if row.area_km2 is None else row.area_km2,
        _day(row.titled_on, row.titled_on_certainty),
        row.title_batch,
        row.title_number,
        _guessed(row.edition or row.missing_inside, guess=row.edition_is_inferred),
        "演示数据" if row.is_demo else "真实城区" + ("，面积为推定" if row.area_is_inferred else ""),
        "；".join(row.sources),
    ]


def _marked(text: str, certainty: str) -> str:
    return _guessed(text, guess=certainty == Certainty.INFERRED)


def _day(day: dt.date | None, certainty: str) -> str | dt.date:
    if day is None or certainty == Certainty.INFERRED:
        return _marked(day.isoformat() if day else "", certainty)
    return day


def _guessed(text: str, *, guess: bool) -> str:
    return f"{text}（推定）" if text and guess else text
