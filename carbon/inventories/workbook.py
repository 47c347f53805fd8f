"""Export the rows of an inventory as a workbook and import them again."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from carbon.factors.selectors import factors_now
from carbon.inventories.activity_rows import AT, FIELDS, RowTexts, read_row
from carbon.inventories.columns import ROW
from carbon.inventories.models import NUMBER_LENGTH, ActivityRow, CarbonInventory
from carbon.units import (
    UnknownUnitError,
    factor_unit_of,
    heat_unit_of,
    no_factor_unit_words,
    no_heat_unit_words,
    no_unit_words,
    unit_of,
    unit_words,
)
from districts.file.workbook_marks import district_mark
from greendistrict.core.folded_keys import folded
from greendistrict.core.number_parsing import parse_number, plain
from greendistrict.core.unit_names import named_unit
from greendistrict.documents.workbooks.book import ABSENT, Book, Cell, Mark, Returned, SheetTitle, write_book
from greendistrict.documents.workbooks.columns import VALUE, CellValue, Column, WrongCellError, cell_of, index_of
from greendistrict.documents.workbooks.grids import BookCell, shown
from greendistrict.documents.workbooks.heads_alike import Contents
from greendistrict.documents.workbooks.lines import times_words
from greendistrict.documents.workbooks.quantities import parted
from greendistrict.documents.workbooks.reader import Reader

LIBRARY_SHEET = "因子库"


def _number(text: str) -> str:
    parse_number(text)
    return text


def _unit(text: str) -> str:
    try:
        return str(unit_of(text))
    except UnknownUnitError as error:
        raise ValueError(no_unit_words(text)) from error


def _factor_unit(text: str) -> str:
    try:
        mass, per = factor_unit_of(text)
    except UnknownUnitError as error:
        raise ValueError(no_factor_unit_words(text)) from error
    return f"{mass}/{per}"


def _heat_unit(text: str) -> str:
    try:
        heat, per = heat_unit_of(text)
    except ValueError as error:
        raise ValueError(no_heat_unit_words(text)) from error
    return f"{heat}/{per}"


def _column(name: str, width: int, **more: Any) -> Column:
    return replace(ROW[name].book_column(), width=width, **more)


NUMBER: Mapping[str, Any] = {"kind": VALUE, "parse": _number, "numeric": True}
BOOK = Book(
    "carbon_inventory",
    "碳排放清单",
    "行",
    (
        _column("key", 10),
        _column("sector", 14),
        _column("name", 22, label="活动"),
        _column("amount", 14, **NUMBER),
        _column("unit", 9, kind=VALUE, parse=_unit),
        _column("factor", 34, label="因子编号"),
        _column("factor_value", 12, **NUMBER),
        _column("factor_unit", 14, kind=VALUE, parse=_factor_unit),
        _column("factor_source", 26),
        _column("heating_value", 10, **NUMBER),
        _column("heating_unit", 10, kind=VALUE, parse=_heat_unit),
        _column("uncertainty", 11, **NUMBER, unit="%", measured=False),
        _column("source", 26),
    ),
    (
        "编号是识别依据：平台上已有的修改原来的一行，没有的新增一行；工作簿里没有的不变。",
        f"因子编号填“{LIBRARY_SHEET}”一表第一列的编号；不用因子库的，填自填因子、单位和出处，因子编号留空。",
        "单位写 kWh（度）、MWh、GJ、tce（吨标煤）、t（吨）、m3（立方米）等，前面可加“万”。",
        "体积或质量换算为热量的，填热值和热值单位（如 38.931、MJ/m3）。",
    ),
)  # fmt: skip


def inventory_marks(inventory: CarbonInventory) -> list[Mark]:
    """Identifying properties of a workbook: district, year, edition."""
    year, edition = str(inventory.year), str(inventory.edition)
    return [
        district_mark(inventory.district),
        Mark(year, lambda given, _: f"工作簿是{given}年度的，这份清单是{year}年度的，请重新导出", _year_before(inventory.year)),
        Mark(edition, lambda given, _: f"工作簿是第{given}版的，现在填报的是第{edition}版，请重新导出", lambda given: f"第{given}版"),
    ]


def _year_before(year: int) -> Callable[[str], str | None]:
    return lambda given: f"{given}年度" if given == str(year - 1) else None


def inventory_book(inventory: CarbonInventory, rows: Sequence[RowTexts], returned: Sequence[Returned] = ()) -> bytes:
    """Workbook of the rows, or of the ``returned`` rows that an import refused."""
    title = SheetTitle(str(inventory), inventory.district.name, inventory.district.is_demo)
    versions = [
        (f"{one.id}{AT}{version.since}", one.name, f"{version.factor.value} {unit_words(version.factor.unit)}", version.source)
        for one in factors_now().values()
        for version in one.versions
    ]
    tables = {LIBRARY_SHEET: [("因子编号", "名称", "数值和单位", "出处"), *versions]}
    return write_book(BOOK, title, map(_cells, rows), marks=inventory_marks(inventory), tables=tables, returned=returned)


def _cells(row: RowTexts) -> Iterator[Cell]:
    for column in BOOK.columns:
        yield cell_of(column, _as_cell(row, column))


def _as_cell(row: RowTexts | ActivityRow, column: Column) -> str:
    """Cell text; numbers lose the thousands separators that people type."""
    text: str = getattr(row, column.field)
    return plain(parse_number(text)) if column.is_number and text else text


SECTOR, NAME = (index_of(BOOK.columns, name) for name in ("sector", "name"))


class InventoryReader(Reader[CarbonInventory, ActivityRow]):
    """Compares a workbook with the stored rows by row key."""

    book = BOOK
    must = ()  # rows of a sheet without 编号 are those with the same activity, or new
    must_words = "编号”或“活动"
    foreign_heads = {
        "sector": ("排放部门", "领域", "类别"),
        "name": ("活动名称", "排放源", "能源品种", "能源种类", "活动水平"),
        "amount": ("消费量", "用量", "数量", "活动数据", "消耗量"),
        "unit": ("计量单位",),
        "factor": ("排放因子编号", "因子库编号"),
        "factor_value": ("排放因子", "因子值", "排放因子值"),
        "factor_unit": ("排放因子单位",),
        "factor_source": ("因子来源", "因子出处", "排放因子来源"),
        "heating_value": ("低位发热量", "低位热值"),
        "heating_unit": ("低位发热量单位", "热值的单位"),
        "uncertainty": ("不确定度",),
        "source": ("资料来源", "来源"),
    }

    def marks(self) -> Sequence[Mark]:
        """District, year and edition."""
        return inventory_marks(self.subject)

    def rows(self) -> Mapping[str, ActivityRow]:
        """Stored rows by key, numbers written as the workbook writes them."""
        self.library = factors_now()
        self.factors = {one.name: f"{one.id}{AT}{version.since}" for one in self.library.values() for version in one.versions}
        found = {row.key: row for row in self.subject.rows.all()}
        self.activities: dict[str, list[tuple[str, str]]] = {}
        for row in found.values():
            self.activities.setdefault(folded(row.name), []).append((row.sector, row.key))
        for row in found.values():
            vars(row).update({column.field: _as_cell(row, column) for column in BOOK.columns})
        return found

    def contents(self) -> Contents:
        """No column: keys may be counted, and rows of a sheet without them are found by their activity."""
        return {}

    def _key(self, cells: Sequence[BookCell]) -> str:
        if self._has_keys:
            return super()._key(cells)
        keys = self._of_activity(self._sector(cells[SECTOR]), shown(cells[NAME].value))
        return keys[0] if len(keys) == 1 else ""

    def _sector(self, cell: BookCell) -> str | None:
        """Sector that a cell names as it is read; None in a sheet without that column."""
        try:
            return None if cell is ABSENT else str(self.answered(BOOK.columns[SECTOR], cell, None).value)
        except WrongCellError:
            return ""  # refused with its row

    def _of_activity(self, sector: str | None, name: str) -> list[str]:
        """Keys of the stored rows of an activity in a sector, or in any for None."""
        found = self.activities.get(folded(name), ())
        return [key for of, key in found if sector in {None, of}]

    @property
    def key_words(self) -> str:
        """What finds a row."""
        return "编号" if self._has_keys else "活动"

    @property
    def _has_keys(self) -> bool:
        return self.heads.places[0] is not None

    def title_of(self, cells: Sequence[BookCell]) -> str:
        """Key of a row; its activity where the sheet has no keys."""
        return super().title_of(cells) if self._has_keys else shown(cells[NAME].value)

    def stranger(self, key: str) -> str:
        """Rows of a sheet without keys get theirs when they are written."""
        return super().stranger(key) if self._has_keys else ""

    def read_cell(self, column: Column, cell: BookCell, row: ActivityRow | None) -> CellValue:
        """As of every list; no key where the sheet has none, and a factor of the library by its name; the unit has its own column."""
        if column.field == "key" and cell is ABSENT:
            return CellValue("")
        try:
            found = super().read_cell(column, cell, row)
        except WrongCellError as wrong:
            _, said = parted(str(cell.value or ""))
            if column.field == "amount" and said and named_unit(said).is_known:
                msg = f"数字后面的单位“{said}”请填在“单位”一列"
                raise WrongCellError(msg) from wrong
            raise
        if column.field == "factor" and found.value in self.factors:
            factor = self.factors[found.value]
            return CellValue(factor, f"“{found.value}”是因子库的 {factor}")
        return found

    def against(self, row: ActivityRow | None, typed: dict[str, Any], _changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Faults of a row; missing values are accepted."""
        if row is None and not self._has_keys:
            sector = None if self.heads.places[SECTOR] is None else typed["sector"]
            if keys := self._of_activity(sector, typed["name"]):
                which = f"平台上有{times_words(len(keys))}行是这个活动（编号{'、'.join(keys)}）"
                return [("name", f"{which}，表里没有编号，分不清是哪一行，请加上编号")]
        texts = RowTexts(**{name: str(typed.get(name) or "") for name in FIELDS})
        long = [(name, f"最多{NUMBER_LENGTH}位") for name in FIELDS if len(getattr(texts, name)) > NUMBER_LENGTH and "value" in name]
        return long + [(fault.field, fault.text) for fault in read_row(texts, self.library).faults if not fault.missing]

    def identity(self, row: ActivityRow | None) -> tuple[int | None, int]:
        """Key of the row and version of the inventory."""
        return (row.pk if row else None), self.subject.version


def changed_rows(inventory: CarbonInventory, works: Sequence[Mapping[str, Any]]) -> list[RowTexts]:
    """Rows of a previewed workbook, completed with the stored values they do not change."""
    stored = {row.key: RowTexts.of(row) for row in inventory.rows.all()}
    return [_merged(stored.get(work["label"], RowTexts(key=work["label"])), work["fields"]) for work in works]


def _merged(row: RowTexts, fields: Mapping[str, Any]) -> RowTexts:
    typed = {name: getattr(row, name) for name in FIELDS} | {name: str(value or "") for name, value in fields.items() if name in FIELDS}
    return RowTexts(**typed)
