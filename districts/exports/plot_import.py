"""Reading a plot workbook back: which plots it adds, what it changes cell by cell, why a cell cannot be taken. Writes nothing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from districts.enums import Acquisition, ControlStep
from districts.exports.plot_book import (
    COLUMNS,
    DAY,
    FIRST_ROW,
    FLAG,
    FORMAT,
    HEAD_ROW,
    MARKS,
    NUMBER,
    PLOT_COLUMNS,
    SHEET,
    TEXT,
    USE,
    VALUE,
    WAY,
    Column,
    words_of,
)
from districts.greenindicators import WrongValue, parse, shortfalls
from districts.landuse import code_of, name_of
from districts.models import District, Plot, PlotIndicator
from districts.plotcheck import BY_STEPS, problems_of
from districts.services.plotvalues import OPEN_FOR_REQUIREMENTS
from districts.targets import WIDE
from greendistrict.core.errors import Refused
from greendistrict.documents.workbooks import BookCell, CellLine, address_of, grids, is_percent, shown, unreadable

MOST_ROWS = 6000
LABELS = {column.field: column.label for column in COLUMNS}
WAYS = {str(way.label): way.value for way in Acquisition}
BLANK = {TEXT: "", USE: "", WAY: "", VALUE: ""}


@dataclass(frozen=True)
class Work:
    """What to do with one plot: ``pk`` is None for a new one; ``fields`` and ``values`` as stored text."""

    pk: int | None
    version: int
    number: str
    fields: dict[str, Any]
    values: dict[str, dict[str, str]]


@dataclass
class Preview:
    """What an import would do. ``problems`` concern the whole file; ``works`` is what ``services.plotimports`` writes."""

    added: list[str] = field(default_factory=list)
    changed: list[CellLine] = field(default_factory=list)
    refused: list[CellLine] = field(default_factory=list)
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)

    @property
    def applicable(self) -> bool:
        """Whether it can be written: something changes and nothing is refused."""
        return bool(self.works) and not self.refused and not self.problems


@dataclass(frozen=True)
class Known:
    """Plots of the district by number, each with its indicators and the step in hand: three queries for any number of plots."""

    plots: Mapping[str, Plot]
    values: Mapping[int, Mapping[str, PlotIndicator]]
    steps: Mapping[int, str]

    @classmethod
    def of(cls, district: District) -> "Known":
        """Read them."""
        plots = {plot.number: plot for plot in district.plots.all()}
        values: dict[int, dict[str, PlotIndicator]] = {}
        for row in PlotIndicator.objects.filter(plot__district=district):
            values.setdefault(row.plot_id, {})[row.key] = row
        steps = dict(district.plots.filter(control__isnull=False).values_list("pk", "control__status"))
        return cls(plots, values, steps)


def preview_of(district: District, content: bytes, today: dt.date) -> Preview:
    """Compare a workbook with the list. Raises ``Refused`` for a file that is no workbook."""
    sheets = grids(content, (SHEET, MARKS), rows=MOST_ROWS + FIRST_ROW, columns=len(COLUMNS))
    preview = Preview(problems=_wrong_book(sheets, district))
    if not preview.problems:
        _Reader(Known.of(district), preview, today).read(sheets[SHEET])
    return preview


def _wrong_book(sheets: Mapping[str, list[list[BookCell]]], district: District) -> list[str]:
    marks = [str(row[0].value or "") for row in sheets.get(MARKS, [])[:2] if row]
    if SHEET not in sheets or marks[:1] != [FORMAT]:
        return ["这不是从本页导出的地块工作簿，请先导出再填写"]
    if marks[1:] != [district.code]:
        return ["工作簿是另一个城区的，请从本城区的地块页导出"]
    heads = sheets[SHEET][HEAD_ROW] if len(sheets[SHEET]) > HEAD_ROW else []
    if [cell.value for cell in heads] != [column.label for column in COLUMNS]:
        return ["表头与导出时不同，列可能被移动或删除，请重新导出后填写"]
    return [f"一次最多导入{MOST_ROWS}个地块"] if len(sheets[SHEET]) > MOST_ROWS + FIRST_ROW - 1 else []


class WrongCellError(ValueError):
    """A cell that cannot be taken; the text says why."""


class _Reader:
    """Goes through the rows of the sheet."""

    def __init__(self, known: Known, preview: Preview, today: dt.date) -> None:
        self.known, self.preview, self.today = known, preview, today
        self.seen = set[str]()

    def read(self, grid: Sequence[Sequence[BookCell]]) -> None:
        for at, row in enumerate(grid[FIRST_ROW:], start=FIRST_ROW):
            cells = [*row, *([BookCell(None)] * (len(COLUMNS) - len(row)))]
            if any(cell.value not in (None, "") for cell in cells):
                self._row(at, cells)

    def _row(self, at: int, cells: Sequence[BookCell]) -> None:
        number = str(cells[0].value or "").strip()
        if wrong := self._unusable(number, cells[0]):
            self._refuse(at, 0, number, str(cells[0].value or ""), wrong)
            return
        self.seen.add(number)
        plot = self.known.plots.get(number)
        typed, ok = self._typed(at, number, cells)
        if ok:
            self._compare(at, plot, number, typed)

    def _unusable(self, number: str, cell: BookCell) -> str:
        if wrong := unreadable(cell):
            return wrong
        if not number:
            return "缺地块编号"
        if len(number) > PLOT_COLUMNS[0].most:
            return f"最多{PLOT_COLUMNS[0].most}个字"
        return "工作簿里有两行是这个编号" if number in self.seen else ""

    def _typed(self, at: int, number: str, cells: Sequence[BookCell]) -> tuple[dict[str, Any], bool]:
        """Values by field in stored form; cells that cannot be taken are told and left out."""
        typed: dict[str, Any] = {}
        before = len(self.preview.refused)
        for index, column in enumerate(COLUMNS):
            try:
                typed[column.field] = read_cell(column, cells[index])
            except WrongCellError as wrong:
                self._refuse(at, index, number, shown(cells[index].value), str(wrong))
        return typed, len(self.preview.refused) == before

    def _compare(self, at: int, plot: Plot | None, number: str, typed: dict[str, Any]) -> None:
        held = self.known.values.get(plot.pk, {}) if plot else {}
        fields = _with_code({name: value for name, value in typed.items() if "." not in name})
        if plot is None and fields["buildable"] is None:
            fields["buildable"] = True
        changed = {name: value for name, value in fields.items() if plot is None or getattr(plot, name) != value}
        values: dict[str, dict[str, str]] = {}
        for name, value in typed.items():
            key, dot, stage = name.partition(".")
            if dot and value != (getattr(held[key], stage) if key in held else ""):
                values.setdefault(key, {})[stage] = value
        if self._against(at, plot, fields, changed, values) or self._short(at, number, fields, held, values) or not (changed or values):
            self.preview.unchanged += not (changed or values)
            return
        self._tell(at, plot, number, changed, values)
        self.preview.works.append(Work(plot.pk if plot else None, plot.version if plot else 0, number, plain(changed), values))

    def _against(self, at: int, plot: Plot | None, fields: dict[str, Any], changed: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
        """Tell what the row may not do; whether there was anything."""
        candidate = Plot(**{**fields, "district_id": plot.district_id if plot else None})
        found = problems_of(candidate, self.today)
        step = self.known.steps.get(plot.pk) if plot else None
        if step not in (None, ControlStep.PREPARE):
            found += [(name, "按管控步骤登记，不能在这里改") for name in BY_STEPS if name in changed]
        if step is not None and step not in OPEN_FOR_REQUIREMENTS:
            found += [(f"{key}.required", "要求值已由住建部门答复，不能在这里改") for key, stages in values.items() if "required" in stages]
        if step == ControlStep.DONE:
            found += [(f"{key}.{stage}", "竣工验收已登记为符合，不能在这里改") for key, stages in values.items() for stage in stages]
        for name, words in found:
            index = next((i for i, column in enumerate(COLUMNS) if column.field == name), 0)
            self._refuse(at, index, candidate.number, words_of(COLUMNS[index], fields.get(name, "")), words)
        return bool(found)

    def _short(
        self, at: int, number: str, fields: Mapping[str, Any], held: Mapping[str, PlotIndicator], values: Mapping[str, Mapping[str, str]]
    ) -> bool:
        """符合 is not taken where a built value is worse than required (七（二）5)."""
        if not fields["conforms"]:
            return False
        stages = {key: {stage: getattr(row, stage) for stage in ("required", "built")} for key, row in held.items()}
        for key, given in values.items():
            stages.setdefault(key, {"required": "", "built": ""}).update(given)
        found = shortfalls((key, kept["required"], kept["built"]) for key, kept in stages.items())
        index = next(i for i, column in enumerate(COLUMNS) if column.field == "conforms")
        for one in found:
            self._refuse(at, index, number, "是", f"不能登记为符合：{one.text}")
        return bool(found)

    def _tell(self, at: int, plot: Plot | None, number: str, changed: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        if plot is None:
            self.preview.added.append(number)
            return
        held = self.known.values.get(plot.pk, {})
        flat = {**{name: value for name, value in changed.items() if name != "land_use_code"}}
        flat |= {f"{key}.{stage}": value for key, stages in values.items() for stage, value in stages.items()}
        for index, column in enumerate(COLUMNS):
            if column.field in flat:
                key, dot, stage = column.field.partition(".")
                before = (getattr(held[key], stage) if key in held else "") if dot else getattr(plot, column.field)
                line = CellLine(
                    address_of(at, index), number, number, column.label, words_of(column, before), words_of(column, flat[column.field])
                )
                self.preview.changed.append(line)

    def _refuse(self, at: int, index: int, number: str, given: str, why: str) -> None:
        line = CellLine(address_of(at, index), number, number or "（无编号）", COLUMNS[index].label, "", given, why)
        self.preview.refused.append(line)


def _with_code(fields: dict[str, Any]) -> dict[str, Any]:
    code = code_of(fields["land_use"])
    return {**fields, "land_use_code": code, "land_use": name_of(code) or fields["land_use"]}


def plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as JSON: decimals and days as text."""
    return {name: str(value) if isinstance(value, Decimal | dt.date) else value for name, value in fields.items()}


def read_cell(column: Column, cell: BookCell) -> Any:
    """Stored form of a cell. Raises ``WrongCellError``."""
    value = cell.value
    if isinstance(value, dt.datetime | dt.date) and column.kind == DAY:
        return value.date() if isinstance(value, dt.datetime) else value
    if wrong := unreadable(cell):
        raise WrongCellError(wrong)
    text = "" if value is None else str(value).strip()
    if isinstance(value, bool):
        text = "是" if value else "否"
    if isinstance(value, float | int) and not isinstance(value, bool):
        text = _number_text(column, cell)
    if not text:
        if column.field in ("number", "area_ha"):
            msg = "必填"
            raise WrongCellError(msg)
        return BLANK.get(column.kind)
    return READERS[column.kind](column, text)


def _number_text(column: Column, cell: BookCell) -> str:
    number = Decimal(str(cell.value))
    if is_percent(cell) and column.indicator:
        if column.indicator.unit != "%":
            msg = "这一格是百分比格式，请把格式改为常规后重填"
            raise WrongCellError(msg)
        number *= 100
    return f"{number.normalize():f}"


def _text(column: Column, text: str) -> str:
    if len(text) > column.most:
        msg = f"最多{column.most}个字"
        raise WrongCellError(msg)
    return text


def _number(column: Column, text: str) -> Decimal:
    try:
        number = Decimal(text.translate(WIDE).replace(",", ""))
    except InvalidOperation as error:
        msg = "请填数字，不带单位"
        raise WrongCellError(msg) from error
    if not number.is_finite() or number < 0 or number >= Decimal(10) ** (4 if column.field == "area_ha" else 10):
        msg = "超出范围"
        raise WrongCellError(msg)
    return number.quantize(Decimal(1).scaleb(-column.places))


def _day(_column: Column, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.translate(WIDE).replace("/", "-"))
    except ValueError as error:
        msg = "请填2026-03-01的样子"
        raise WrongCellError(msg) from error


def _flag(_column: Column, text: str) -> bool:
    if text not in ("是", "否"):
        msg = "请填是或否"
        raise WrongCellError(msg)
    return text == "是"


def _way(_column: Column, text: str) -> str:
    if text not in WAYS:
        msg = "请填出让、划拨或自有"
        raise WrongCellError(msg)
    return str(WAYS[text])


def _value(column: Column, text: str) -> str:
    if column.indicator is None:
        raise Refused(column.field)
    try:
        return parse(column.indicator, text)
    except WrongValue as wrong:
        raise WrongCellError(str(wrong)) from wrong


READERS = {TEXT: _text, USE: _text, NUMBER: _number, DAY: _day, FLAG: _flag, WAY: _way, VALUE: _value}
