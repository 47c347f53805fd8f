"""A list of a district as a workbook that can be filled in and read back: the list, how to fill it, and whose it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from districts.common.enums import ImportKind
from districts.file.models.core import District
from districts.workbooks.cells import Column

GUIDE, MARKS = "填写说明", "gd"
HEAD_ROW, FIRST_ROW = 2, 3  # counted from 0, as XlsxWriter does
MOST_ROWS = 6000
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
LAST_WORDS = (
    "数字直接填数值，不带单位。不要填公式。",
    "上传后先预览逐格的改动，确认后一次写入，有一格不能接受就都不写入；没有后续办理时可以整批撤销。",
)


@dataclass(frozen=True)
class Book:
    """What a list's workbook is: the first of ``columns`` finds the row; ``noun`` 地块, ``unit`` 个地块."""

    kind: ImportKind
    noun: str
    unit: str
    columns: tuple[Column, ...]
    words: tuple[str, ...]

    @property
    def format(self) -> str:
        """Mark by which a workbook is known again."""
        return f"greendistrict.{self.kind}/1"

    @property
    def sheet(self) -> str:
        """Name of the sheet that holds the list."""
        return self.noun

    @property
    def guide(self) -> list[str]:
        """How to fill it, numbered."""
        return [f"{at}. {words}" for at, words in enumerate((*self.words, *LAST_WORDS), start=1)]


def write_book(
    district: District,
    book: Book,
    rows: Iterable[Iterable[str | float]],
    *,
    guide: Sequence[str] = (),
    tables: Mapping[str, Iterable[Sequence[str]]] | None = None,
) -> bytes:
    """Workbook of the rows; ``guide`` are more lines of guidance, ``tables`` more sheets to look things up in."""
    import xlsxwriter  # noqa: PLC0415 -- only who exports pays for it

    stream = BytesIO()
    made = xlsxwriter.Workbook(stream, OPTIONS)
    sheet = made.add_worksheet(book.sheet)
    _head(made, sheet, district, book)
    for at, row in enumerate(rows, start=FIRST_ROW):
        for column, cell in enumerate(row):
            if not isinstance(cell, str):
                sheet.write_number(at, column, cell)
            elif cell:
                sheet.write_string(at, column, cell)
    lines = [f"填写说明　{district.name}", *book.guide, "", *guide]
    more = {GUIDE: ([line] for line in lines), **(tables or {}), MARKS: ([text] for text in (book.format, district.code))}
    for name, content in more.items():
        _sheet(made, name, content)
    made.close()
    return stream.getvalue()


def _head(made: Any, sheet: Any, district: District, book: Book) -> None:
    bold = made.add_format({"bold": True, "border": 1, "text_wrap": True})
    for at, column in enumerate(book.columns):
        sheet.set_column(at, at, column.width)
    mark = "　演示数据" if district.is_demo else ""
    sheet.write_string(0, 0, f"{district.name}{book.noun}清单{mark}", made.add_format({"bold": True, "font_size": 14}))
    for at, column in enumerate(book.columns):
        sheet.write_string(HEAD_ROW, at, column.label, bold)
    sheet.freeze_panes(FIRST_ROW, 1)


def _sheet(made: Any, name: str, content: Iterable[Sequence[str]]) -> None:
    sheet = made.add_worksheet(name)
    sheet.set_column(0, 0, 110 if name == GUIDE else 20)
    sheet.set_column(1, 1, 30)
    for at, row in enumerate(content):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text)
    if name == MARKS:
        sheet.hide()
