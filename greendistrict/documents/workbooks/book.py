"""A list as a workbook that can be filled in and read back: a sheet of rows, a sheet of guidance, and hidden marks of its owner.

Also here: Where the columns of a list stand in a workbook that comes back: a column that is not there leaves its values as they are.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from greendistrict.core.number_parsing import is_finite
from greendistrict.documents.spreadsheets import made
from greendistrict.documents.workbooks.columns import SHOWN, Column, find_heads
from greendistrict.documents.workbooks.grids import EMPTY, BookCell, Grid, address_of
from greendistrict.documents.workbooks.lines import MOST_ABOVE

GUIDE, MARKS = "填写说明", "gd"
HEAD_ROW, FIRST_ROW = 2, 3  # zero-based, as in XlsxWriter
MOST_ROWS, A4 = 6000, 9
DEMO = "演示数据"
WHY = "不能接受的原因"
WHY_WIDTH, GUIDE_WIDTH = 60, 110
GREY, HEAD_GREY, RED = "#eef1f4", "#dde6ee", "#f8d7da"
NUMBER_WORDS = "数字直接填数值；带单位的照写，如 25000m²、1.2万，会换算并在预览里说明。不要填公式。"
LAST_WORDS = (
    NUMBER_WORDS,
    "上传后先预览逐格的改动，确认后一次写入。有不能接受的格时，可以只写入其余各行；不能写入的行标明原因退回，改好后直接上传。",
)
Cell = str | float | dt.date | None


@dataclass(frozen=True)
class Mark:
    """Hidden mark that identifies the owner of the workbook; ``other`` describes a workbook with another mark and title.

    ``earlier`` names the record that came before this one by its mark (may be empty), and answers None to any other mark.
    """

    value: str
    other: Callable[[str, str], str]
    earlier: Callable[[str], str | None] = lambda _: None


@dataclass(frozen=True)
class Book:
    """Format of a list's workbook: the first of ``columns`` identifies the row; ``noun`` 地块, ``unit`` 个地块.

    ``how`` says how to get the workbook, ``fixed`` columns stay visible when scrolling; ``head_row`` is zero-based. ``version`` is raised
    when older workbooks cannot be read any more.
    """

    key: str
    noun: str
    unit: str
    columns: tuple[Column, ...]
    words: tuple[str, ...]
    how: str = "请先导出再填写"
    fixed: int = 1
    last: tuple[str, ...] = LAST_WORDS
    head_row: int = HEAD_ROW
    version: int = 1

    @property
    def format(self) -> str:
        """Mark that identifies a workbook of this kind and version."""
        return f"greendistrict.{self.key}/{self.version}"

    @property
    def sheet(self) -> str:
        """Name of the sheet that holds the list."""
        return self.noun

    @property
    def first_row(self) -> int:
        """Row in which the list begins."""
        return self.head_row + 1

    @property
    def guide(self) -> list[str]:
        """Numbered instructions for filling in the workbook."""
        return [f"{at}. {words}" for at, words in enumerate((*self.words, *self.last), start=1)]


@dataclass(frozen=True)
class SheetTitle:
    """Texts above the list and the instructions; ``more`` is shown below the title, ``is_demo`` marks fictional data."""

    words: str
    owner: str
    is_demo: bool = False
    more: str = ""


@dataclass(frozen=True)
class Returned:
    """A returned row: its cells as filled in, and the reasons by column why cells are not accepted."""

    cells: list[Cell | bool]
    why: dict[int, str]


def write_book(
    book: Book,
    title: SheetTitle,
    rows: Iterable[Iterable[Cell]],
    *,
    marks: Sequence[Mark] = (),
    guide: Sequence[str] = (),
    tables: Mapping[str, Iterable[Sequence[str]]] | None = None,
    returned: Sequence[Returned] = (),
) -> bytes:
    """Workbook of the rows; ``guide`` adds lines of instructions, ``tables`` adds sheets for reference.

    Returned rows follow the others; their wrong cells are red, with the reasons behind the last column, which are ignored when read back.
    """
    lines = [f"{GUIDE}　{title.owner}", *book.guide, "", *guide]
    more = {GUIDE: ([line] for line in lines), **(tables or {}), MARKS: ([text] for text in (book.format, *(mark.value for mark in marks)))}

    def write(file: Any) -> None:
        sheet = file.add_worksheet(book.sheet)
        write_head(file, sheet, book, title, with_reasons=bool(returned))
        grey, red = file.add_format({"bg_color": GREY, "text_wrap": True, "valign": "top"}), file.add_format({"bg_color": RED})
        plain = [grey if column.kind == SHOWN else None for column in book.columns]
        for at, row in enumerate(rows, start=book.first_row):
            for column, cell in enumerate(row):
                write_cell(sheet, at, column, cell, plain[column])
        _returned(sheet, book.first_row, book.columns, returned, (plain, red))
        for name, content in more.items():
            _sheet(file, name, content)

    return made(write, flat=True)


def head_book(name: str, columns: Sequence[Column], returned: Sequence[Returned] = ()) -> bytes:
    """Workbook with the heads in the first row, empty or with returned rows, to be filled in and read back."""

    def write(file: Any) -> None:
        sheet, red = file.add_worksheet(name[:31]), file.add_format({"bg_color": RED})
        write_columns(file, sheet, 0, columns, with_reasons=bool(returned))
        _returned(sheet, 1, columns, returned, ([None] * len(columns), red))
        sheet.freeze_panes(1, 0)

    return made(write, flat=True)


def _returned(sheet: Any, first: int, columns: Sequence[Column], rows: Sequence[Returned], forms: tuple[Sequence[Any], Any]) -> None:
    plain, red = forms
    for at, back in enumerate(rows, start=first):
        for column, value in enumerate(back.cells):
            write_cell(sheet, at, column, value, red if column in back.why else plain[column])
        write_reasons(sheet, at, columns, back.why, red)


def write_reasons(sheet: Any, at: int, columns: Sequence[Column], why: Mapping[int, str], form: Any) -> None:
    """Write the reasons why cells of a row are not accepted behind the last column."""
    sheet.write_string(at, len(columns), "；".join(f"{columns[column].label}：{words}" for column, words in sorted(why.items())), form)


def write_cell(sheet: Any, at: int, column: int, cell: Any, form: Any) -> None:
    """Write a cell with its type; an empty one only for its format. A day in a ``form``, which formats none, is text."""
    if isinstance(cell, bool):
        sheet.write_boolean(at, column, cell, form)
    elif isinstance(cell, int | float):
        sheet.write_number(at, column, cell, form)
    elif isinstance(cell, dt.date) and form is None:
        sheet.write_datetime(at, column, cell)
    elif cell:
        sheet.write_string(at, column, str(cell), form)
    elif form is not None:
        sheet.write_blank(at, column, None, form)


def write_head(file: Any, sheet: Any, book: Book, title: SheetTitle, *, with_reasons: bool) -> None:
    """Write title and heads, and fix the columns that stay visible. In print, all columns fit a page's width and the heads repeat."""
    mark = f"　{DEMO}" if title.is_demo else ""
    seen = next(at for at, column in enumerate(book.columns) if not column.hidden)
    sheet.write_string(0, seen, f"{title.words}{mark}", file.add_format({"bold": True, "font_size": 14}))
    if title.more:
        sheet.write_string(1, seen, title.more)
    write_columns(file, sheet, book.head_row, book.columns, with_reasons=with_reasons)
    sheet.freeze_panes(book.first_row, book.fixed)
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(book.head_row)


def write_columns(
    file: Any, sheet: Any, row: int, columns: Sequence[Column], *, with_reasons: bool = False, forms: Sequence[Any] = ()
) -> None:
    """Write heads and widths of the columns; ``forms`` are the formats of empty cells."""
    bold = file.add_format({"bold": True, "border": 1, "text_wrap": True, "bg_color": HEAD_GREY})
    reasons = (Column("", WHY, width=WHY_WIDTH),) if with_reasons else ()
    for at, column in enumerate((*columns, *reasons)):
        sheet.set_column(at, at, column.width, forms[at] if forms else None, {"hidden": column.hidden})
        sheet.write_string(row, at, column.label, bold)


def write_guide(file: Any, sheet: Any, title: str, lines: Iterable[str]) -> None:
    """Write title and lines of the instructions."""
    sheet.set_column(0, 0, GUIDE_WIDTH)
    sheet.write_string(0, 0, title, file.add_format({"bold": True, "font_size": 14}))
    wrap = file.add_format({"text_wrap": True, "valign": "top"})
    for at, words in enumerate(lines, start=1):
        sheet.write_string(at, 0, words, wrap)


def choice_limits(source: Sequence[str] | str) -> dict[str, Any]:
    """Drop-down list of a cell: its words, or the range that contains them."""
    listed = source if isinstance(source, str) else list(source)  # XlsxWriter accepts no other sequence
    return {"validate": "list", "source": listed, "error_title": "请从列表选取", "error_message": "这一格从下拉列表选取。"}


def _sheet(file: Any, name: str, content: Iterable[Sequence[str]]) -> None:
    sheet = file.add_worksheet(name)
    sheet.set_column(0, 0, GUIDE_WIDTH if name == GUIDE else 20)
    sheet.set_column(1, 1, 30)
    for at, row in enumerate(content):
        for column, text in enumerate(row):
            sheet.write_string(at, column, text)
    if name == MARKS:
        sheet.hide()


def as_cell(value: Any) -> Cell | bool:
    """Content of an uploaded cell in a form that can be signed, posted and written again."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ")
    if isinstance(value, int | float) and not is_finite(value):
        return str(value)  # a workbook takes neither infinity nor hundreds of digits as a number
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


ABSENT = BookCell(None, "absent")  # cell of a column that the sheet does not have


def silent(cells: Iterable[BookCell]) -> list[BookCell]:
    """Cells of a workbook of an earlier record: an empty one says nothing of this record, as if its column were not there."""
    return [ABSENT if cell.value in {None, ""} else cell for cell in cells]


BESIDE = 20  # columns that are read beside those of the list, to see which are others


class Heads(NamedTuple):
    """Places of the columns in a sheet, None for one that it does not have, and why the sheet cannot be read.

    ``absent`` are labels, ``beside`` heads behind the last column that are none of the list's.
    """

    places: tuple[int | None, ...]
    absent: tuple[str, ...]
    wrong: str
    beside: tuple[str, ...] = ()

    def laid(self, row: Sequence[BookCell]) -> list[BookCell]:
        """Cells of a row of the sheet in the order of the columns."""
        return [ABSENT if at is None else row[at] if at < len(row) else EMPTY for at in self.places]

    def address(self, row: int, index: int) -> str:
        """Address of the cell of a column; that of the first column for one that the sheet does not have."""
        place = self.places[index]
        return address_of(row, (self.places[0] or 0) if place is None else place)


def heads_of(book: Book, grid: Grid, keys: Sequence[str] = ()) -> Heads:
    """Find the columns of a list by their heads, in any order.

    The first and those of the fields ``keys`` must be there, and no others between them; if one is missing, a column with another head
    could be it.
    """
    line = grid[book.head_row] if len(grid) > book.head_row else []
    found = find_heads([cell.value for cell in line], book.columns)
    last = max(found.places.values(), default=-1)
    others = {at for at, label in found.unknown if label != WHY}
    others.update(at for at, cell in enumerate(line) if not str(cell.value or "").strip() and _is_filled(book, grid, at))
    odd = [at for at in sorted(others) if at < last or found.missing]
    must = [column.label for column in book.columns if column.field in {book.columns[0].field, *keys} and column.label in found.missing]
    wrong = ""
    if odd and found.missing:
        wrong = f"表头 {address_of(book.head_row, odd[0])} 应为“{found.missing[0]}”，列可能被移动、插入或删除，请重新导出后填写"
    elif odd:
        wrong = f"表头 {address_of(book.head_row, odd[0])} 重复，或者不是这个工作簿的列，请删去这一列再导入"
    elif must:
        wrong = f"缺“{must[0]}”列，不能识别各行，请重新导出后填写"
    wrong = wrong and (_moved(book, grid, len(found.places)) or wrong)
    beside = tuple(label for _, label in found.unknown if label != WHY)
    return Heads(tuple(found.places.get(column.field) for column in book.columns), tuple(found.missing), wrong, beside)


def _moved(book: Book, grid: Grid, found: int) -> str:
    """That the heads stand in another line, of whose cells more than ``found`` name a column; empty if they do not."""
    lines = ((at, len(find_heads([cell.value for cell in line], book.columns).places)) for at, line in enumerate(grid[: MOST_ABOVE + 1]))
    at, most = max(lines, key=lambda one: one[1], default=(0, 0))
    how = "补回上面删去的行" if at < book.head_row else "删去上面多出的行"
    return f"表头应在第{book.head_row + 1}行，现在在第{at + 1}行，请{how}后导入" if most > max(found, 1) else ""


def _is_filled(book: Book, grid: Grid, at: int) -> bool:
    return any(at < len(row) and row[at].value is not None for row in grid[book.first_row :])


def wrong_book(
    book: Book, marks: Sequence[Mark], sheets: Mapping[str, Grid], heads: Heads, intact: Callable[[], bool] = lambda: True
) -> list[str]:
    """Why a workbook is not the expected one (first difference only). ``intact`` checks that hidden data were not changed."""
    given = [str(row[0].value or "") if row else "" for row in sheets.get(MARKS, [])[: len(marks) + 1]]
    if book.sheet not in sheets or len(given) != len(marks) + 1 or given[0].partition("/")[0] != book.format.partition("/")[0]:
        renamed = f"工作簿里没有名为“{book.sheet}”的表，请把表名改回“{book.sheet}”后导入"
        return [renamed if given[:1] == [book.format] and book.sheet not in sheets else f"这不是从本页导出的{book.noun}工作簿，{book.how}"]
    if given[0] != book.format:
        return [f"工作簿是旧格式（{given[0]}），请重新导出后填写"]
    if not intact():
        return ["隐藏的校对信息被改动过，不能核对，请重新导出后填写"]
    grid = sheets[book.sheet]
    title = next((str(cell.value).strip() for cell in (grid[0] if grid else []) if cell.value), "")
    if not earlier_words(marks, sheets):
        for mark, value in zip(marks, given[1:], strict=True):
            if mark.value != value:
                return [mark.other(value, title)]
    if heads.wrong:
        return [heads.wrong]
    return [f"一次最多导入{MOST_ROWS}{book.unit}"] if sum(map(bool, grid)) > MOST_ROWS + book.first_row else []


def earlier_words(marks: Sequence[Mark], sheets: Mapping[str, Grid]) -> str:
    """Which record before this one a workbook is of (2025年度); empty for one of this record, or of any other."""
    given = [str(row[0].value or "") if row else "" for row in sheets.get(MARKS, [])[1 : len(marks) + 1]]
    told = [mark.earlier(value) for mark, value in zip(marks, given, strict=False) if mark.value != value]
    return "" if len(given) != len(marks) or None in told else "".join(filter(None, told))
