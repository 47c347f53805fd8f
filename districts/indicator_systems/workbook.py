"""An indicator system as a workbook to fill in and import again. Hidden cells hold the key of each row and the version's marks.

Also here: Import of an indicator workbook: changes cell by cell, and why a cell is refused. Writes nothing.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from operator import attrgetter
from typing import Any

from districts.file.workbook_marks import district_mark
from districts.indicator_systems.columns import INDICATOR
from districts.indicator_systems.models import IndicatorSystem
from districts.indicator_systems.row_rules import MEASURED, checked_values
from districts.indicator_systems.selectors import IndicatorLine, lines_of
from districts.indicator_systems.targets import NUMBER, RANGE, Measure, read, show
from greendistrict.core.integers import whole
from greendistrict.documents.workbooks.book import Book, Cell, Mark, Returned, SheetTitle, write_book
from greendistrict.documents.workbooks.cells import read_cell as read_plain
from greendistrict.documents.workbooks.columns import KEY, SHOWN, VALUE, CellValue, Column, cell_of, words_of
from greendistrict.documents.workbooks.grids import BookCell, shown
from greendistrict.documents.workbooks.reader import Reader
from indicators.editions.selectors import rules_for

YEAR_DIGITS = 4


def _year(text: str) -> int:
    year = whole(text) if len(text) == YEAR_DIGITS else None
    if year is None:
        msg = "请填四位年份"
        raise ValueError(msg)
    return year


BOOK = Book(
    "indicators",
    "指标体系",
    "条指标",
    (
        KEY,
        Column("item_id", "编号", SHOWN, 9),
        Column("title", "指标", SHOWN, 26),
        Column("must", "要求", SHOWN, 30),
        Column("how", "填法", SHOWN, 26),
        *INDICATOR.part("taking_part", "exclusion_reason").book_columns(),
        replace(INDICATOR["baseline_year"].book_column(), kind=VALUE, parse=_year, numeric=True, empty=None),
        *(replace(column, kind=VALUE) for column in INDICATOR.part(*MEASURED).book_columns()),
        *INDICATOR.part("department", "source").book_columns(),
    ),
    (
        "只填白色单元格；灰色单元格和隐藏的第一列不要改动，行的次序可以改变。新增自定指标、修改目标年，请在平台的指标体系页面办理。",
        "单位为%的填 85 或 85%，不填 0.85。",
        "是否类填“是”或“否”，选项类照“填法”一列的文字填写，范围填 60~80。",
        "“不参评”只用于标准允许不参评的条文，并写明理由。",
    ),
    fixed=3,
    head_row=3,
)


def column_for(column: Column, measure: Measure, *, number: bool) -> Column:
    """Column definition for an indicator's measure; ``number``: in place of a range the cell holds a single number."""
    if column.field not in MEASURED:
        return column
    numeric = measure.kind == NUMBER or (measure.kind == RANGE and number)
    return replace(column, unit=measure.unit, parse=partial(read, measure), show=partial(show, measure), numeric=numeric)


def system_marks(system: IndicatorSystem) -> list[Mark]:
    """Marks that identify a version: its district, edition and number."""
    edition, number = system.edition.code, str(system.number)
    return [
        district_mark(system.district),
        Mark(edition, lambda given, _: f"工作簿按标准{given}编制，这一版指标体系按{edition}编制"),
        Mark(
            number,
            lambda given, _: f"工作簿是第{given}版的，现在办理的是第{number}版，请重新导出",
            lambda given: f"第{given}版" if 0 < (whole(given) or 0) < system.number else None,
        ),
    ]


SHOWN_BESIDE: Mapping[str, Callable[[IndicatorLine], str]] = {
    "item_id": lambda line: line.row.item_id or line.row.key,
    "must": attrgetter("must"),
    "how": attrgetter("measure.how"),
}


def indicator_book(system: IndicatorSystem, lines: Iterable[IndicatorLine], returned: Sequence[Returned] = ()) -> bytes:
    """Workbook of a version, or of rows returned from an import."""
    district, edition = system.district, system.edition
    name = f"{district.name}绿色生态指标体系（第{system.number}版，{system.get_status_display()}）"
    years = [(label, getattr(system, f"{term}_year")) for term, label in (("near", "近期"), ("mid", "中期"), ("long", "远期"))]
    target_years = "，".join(f"{label}{year}年" for label, year in years if year) or "未填"
    words = f"{name}　{edition.mark}" if edition.mark else name
    more = "　".join(filter(None, (f"{edition.code} {edition.title}　目标年：{target_years}", edition.use_note)))
    title = SheetTitle(words, district.name, district.is_demo, more)
    return write_book(BOOK, title, map(_cells, lines), marks=system_marks(system), returned=returned)


def _cells(line: IndicatorLine) -> Iterator[Cell]:
    """Cells of a row; single numbers are written as numbers, everything else as text."""
    row = line.row
    for column in BOOK.columns:
        if column.kind == SHOWN:
            yield SHOWN_BESIDE[column.field](line) if column.field in SHOWN_BESIDE else getattr(row, column.field)
        else:
            value = getattr(row, column.field)
            yield cell_of(column_for(column, line.measure, number="~" not in str(value)), value)


class IndicatorReader(Reader[IndicatorSystem, IndicatorLine]):
    """Reader of rows of a version by key, each with its own measure; rows cannot be added."""

    book = BOOK
    key_words = must_words = "编号"
    foreign_heads = {
        "key": ("编号", "指标编号", "条文号", "条文编号", "条款号"),
        "baseline": ("现状值", "基准值", "现状", "现状水平"),
        "near": ("近期目标", "近期目标值"),
        "mid": ("中期目标", "中期目标值"),
        "long": ("远期目标", "远期目标值"),
        "department": ("责任单位", "牵头部门", "实施部门"),
        "source": ("来源", "数据出处"),
    }

    def __init__(self, subject: IndicatorSystem, today: dt.date) -> None:
        super().__init__(subject, today)
        self.items = rules_for(subject.edition).items

    def marks(self) -> Sequence[Mark]:
        """District, edition and number of the version."""
        return system_marks(self.subject)

    def rows(self) -> Mapping[str, IndicatorLine]:
        """Rows by key."""
        lines = {line.row.key: line for line in lines_of(self.subject)}
        for line in lines.values():
            line.row.system = self.subject
        self.keys = {line.row.item_id: key for key, line in lines.items() if line.row.item_id}
        return lines

    def _key(self, cells: Sequence[BookCell]) -> str:
        key = super()._key(cells)
        return self.keys.get(key, key)

    def title_of(self, cells: Sequence[BookCell]) -> str:
        """Title of a row in the preview: the indicator's title."""
        row = self.known.get(self._key(cells))
        return row.row.title if row else shown(cells[2].value)

    def stranger(self, key: str) -> str:
        """Error for an unknown key, because rows can only be added on the page."""
        return f"编号“{key}”不在这一版指标体系里" if key else "这一行没有编号；新增自定指标请在页面上添加"

    def current(self, row: IndicatorLine | None, name: str) -> Any:
        """Stored value of a field of the row, or what its workbook shows beside."""
        if row is None:
            return None
        return SHOWN_BESIDE[name](row) if name in SHOWN_BESIDE else getattr(row.row, name)

    def read_cell(self, column: Column, cell: BookCell, row: IndicatorLine | None) -> CellValue:
        """Parse a cell; measured values are parsed by the row's measure."""
        if row is None:
            return read_plain(column, cell)
        number = isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
        return read_plain(column_for(column, row.measure, number=number), cell, self.current(row, column.field))

    def words_of(self, column: Column, value: Any, row: IndicatorLine | None) -> str:
        """Value in words; measured values are shown by the row's measure."""
        return words_of(column_for(column, row.measure, number=False) if row else column, value)

    def against(self, row: IndicatorLine | None, typed: dict[str, Any], _changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Errors of a row: years, reasons, clauses that may not be excluded."""
        if row is None:
            return []
        _, refusals = checked_values(row.row, typed, self.items)
        return [(refusal.field, refusal.text) for refusal in refusals]

    def identity(self, row: IndicatorLine | None) -> tuple[int | None, int]:
        """Primary key and version of the stored row."""
        return (row.row.pk, row.row.version) if row else (None, 0)

    def unchanged(self, typed: Mapping[str, Any], changed: Mapping[str, Any]) -> int:
        """Number of cells that stay unchanged."""
        return len(typed) - len(changed)
