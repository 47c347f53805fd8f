"""Reading an indicator workbook back: what would change cell by cell, and why a cell cannot be taken. Writes nothing."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from districts.common.full_width import WIDE
from districts.indicator_systems.indicator_book import COLUMNS, FIRST_ROW, FORMAT, HEAD_ROW, LEFT_OUT, MARKS, SHEET, TAKING_PART
from districts.indicator_systems.indicatorrows import LABELS, MEASURED, checked_values
from districts.indicator_systems.models import IndicatorRow, IndicatorSystem
from districts.indicator_systems.selectors.indicators import IndicatorLine, lines_of
from districts.indicator_systems.targets import YES, Measure, show
from greendistrict.documents.workbooks.grids import BookCell, CellLine, Grid, address_of, grids, is_percent, shown, unreadable
from indicators.editions.selectors import rules_for
from indicators.scoring.numbers import plain
from indicators.scoring.prepare import Item

MOST_ROWS = 2000
MARK_ROWS = 4
FIELDS = {name: column for column, (name, _, _) in enumerate(COLUMNS) if name and name != "key"}
_WIDE_DIGITS = re.compile(r"[０-９．％，－]")


@dataclass
class Preview:
    """What an import would do. ``problems`` concern the whole file; ``cells`` is the work of ``services.apply_cells``."""

    changed: list[CellLine] = field(default_factory=list)
    refused: list[CellLine] = field(default_factory=list)
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)
    cells: list[tuple[int, int, dict[str, Any]]] = field(default_factory=list)

    @property
    def applicable(self) -> bool:
        """Whether it can be written: something changes and nothing is refused."""
        return bool(self.cells) and not self.refused and not self.problems


@dataclass(frozen=True)
class _Typed:
    """A cell as text in the form that is typed on the page, with how it was read; ``wrong`` when it cannot be."""

    text: str = ""
    note: str = ""
    wrong: str = ""


def preview_of(system: IndicatorSystem, content: bytes) -> Preview:
    """Compare a workbook with the version. Raises ``Refused`` for a file that is no workbook."""
    found = grids(content, (SHEET, MARKS), rows=FIRST_ROW + MOST_ROWS, columns=len(COLUMNS))
    preview = Preview(problems=_wrong_book(found, system))
    if not preview.problems:
        _Reader(system, preview).read(found[SHEET])
    return preview


def _wrong_book(found: Mapping[str, Grid], system: IndicatorSystem) -> list[str]:
    """Why the workbook is not one of this version."""
    marks = [str(row[0].value) for row in found.get(MARKS, ())[:MARK_ROWS] if row]
    if SHEET not in found or len(marks) != MARK_ROWS or marks[0] != FORMAT:
        return ["这不是从本页导出的指标体系工作簿，请先导出再填写"]
    _, district, edition, number = marks
    if district != system.district.code:
        head = found[SHEET][0] if found[SHEET] else []
        title = str(head[1].value or "").strip() if len(head) > 1 else ""
        return [f"工作簿是另一个城区的（{title or '没有写明哪个城区'}），本城区是{system.district.name}，请从本页导出"]
    if edition != system.edition.code:
        return [f"工作簿按标准{edition}编制，这一版指标体系按{system.edition.code}编制"]
    if number != str(system.number):
        return [f"工作簿是第{number}版的，现在办理的是第{system.number}版，请重新导出"]
    heads = [cell.value for cell in found[SHEET][HEAD_ROW]] if len(found[SHEET]) > HEAD_ROW else []
    expected = [label for _, label, _ in COLUMNS]
    return [] if heads == expected else ["表头与导出时不同，列可能被移动或删除，请重新导出后填写"]


class _Reader:
    """Goes through the rows of one sheet."""

    def __init__(self, system: IndicatorSystem, preview: Preview) -> None:
        self.lines = {line.row.key: line for line in lines_of(system)}
        for line in self.lines.values():
            line.row.system = system
        self.items: Mapping[str, Item] = rules_for(system.edition).items
        self.preview, self.seen = preview, set[str]()

    def read(self, sheet: Grid) -> None:
        for at, cells in _rows(sheet):
            key = str(cells[0].value or "").strip()
            wrong = self._unknown(key, cells)
            if wrong:
                self.preview.refused.append(CellLine(f"A{at}", key, str(cells[2].value or ""), "", "", "", wrong))
            elif key:
                self.seen.add(key)
                self._row(at, self.lines[key], cells)

    def _unknown(self, key: str, cells: list[BookCell]) -> str:
        if not key:
            filled = any(cell.value not in (None, "") for cell in cells)
            return "这一行没有编号；新增自定指标请在页面上添加" if filled else ""
        if key not in self.lines:
            return f"编号“{key}”不在这一版指标体系里"
        return f"编号“{key}”在表中出现两次" if key in self.seen else ""

    def _row(self, at: int, line: IndicatorLine, cells: list[BookCell]) -> None:
        typed = {name: typed_of(cells[column], name, line.measure) for name, column in FIELDS.items()}
        wrong = {name: value.wrong for name, value in typed.items() if value.wrong}
        values = {name: _value(name, value.text) for name, value in typed.items() if not value.wrong}
        checked, refusals = checked_values(line.row, values, self.items)
        wrong |= {refusal.field: refusal.text for refusal in refusals if refusal.field not in wrong}
        changes: dict[str, Any] = {}
        for name, value in typed.items():
            before = getattr(line.row, name)
            if name in wrong:
                cell = self._cell(at, line, name, shown=shown(cells[FIELDS[name]].value), note=wrong[name])
                self.preview.refused.append(cell)
            elif checked.get(name, before) == before:
                self.preview.unchanged += 1
            else:
                changes[name] = checked[name]
                after = words_of(line.measure, name, checked[name])
                self.preview.changed.append(self._cell(at, line, name, shown=after, note=value.note))
        if changes:
            self.preview.cells.append((line.row.pk, line.row.version, changes))

    @staticmethod
    def _cell(at: int, line: IndicatorLine, name: str, *, shown: str, note: str) -> CellLine:
        row: IndicatorRow = line.row
        before = words_of(line.measure, name, getattr(row, name))
        return CellLine(address_of(at - 1, FIELDS[name]), row.key, row.title, LABELS[name], before, shown, note)


def _rows(sheet: Grid) -> Iterator[tuple[int, list[BookCell]]]:
    for at, cells in enumerate(sheet[FIRST_ROW:], start=FIRST_ROW + 1):
        if len(cells) == len(COLUMNS):
            yield at, cells


def _value(name: str, text: str) -> Any:
    if name == "taking_part":
        return text == TAKING_PART
    if name == "baseline_year":
        return int(text) if text else None
    return text


def words_of(measure: Measure, name: str, value: Any) -> str:
    """Stored value of a field as people read it."""
    if name == "taking_part":
        return TAKING_PART if value else LEFT_OUT
    return show(measure, str(value)) if name in MEASURED else str(value or "")


def typed_of(cell: BookCell, name: str, measure: Measure) -> _Typed:
    """Text of a cell as it would be typed on the page; what only looks like a value is explained."""
    value = cell.value
    if wrong := _unreadable(cell, name, measure):
        return _Typed(wrong=wrong)
    if value is None:
        return _Typed()
    if isinstance(value, bool):
        return _Typed("是" if value else "否")
    if name == "taking_part":
        return _Typed(_taking_part(value))
    if isinstance(value, int | float):
        return _number_cell(cell, Decimal(str(value)), name, measure)
    return _text_cell(str(value), name, measure)


def _unreadable(cell: BookCell, name: str, measure: Measure) -> str:
    """Why a cell holds no value at all."""
    value = cell.value
    wrong = ""
    if name == "taking_part" and not _taking_part(value):
        wrong = "请填参评或不参评"
    if isinstance(value, bool) and not (name in MEASURED and measure.kind == YES):
        wrong = "这一格不是是否类，请按填法填写"
    return unreadable(cell) or wrong


def _taking_part(value: Any) -> str:
    text = "" if value is None else str(value).strip()
    return {TAKING_PART: TAKING_PART, "是": TAKING_PART, LEFT_OUT: LEFT_OUT, "否": LEFT_OUT}.get(text, "")


def _number_cell(cell: BookCell, number: Decimal, name: str, measure: Measure) -> _Typed:
    if name == "baseline_year":
        whole = number == number.to_integral_value()
        return _Typed(str(int(number))) if whole else _Typed(wrong="请填四位年份")
    if name not in MEASURED:
        return _Typed(plain(number))
    if not is_percent(cell):
        return _Typed(plain(number))
    if measure.unit != "%":
        return _Typed(wrong=f"这一格是百分比格式，但单位是“{measure.unit or '无'}”，请把格式改为常规后重填")
    read = plain(number * 100)
    return _Typed(read, f"百分比格式，识别为{read}（%）")


def _text_cell(raw: str, name: str, measure: Measure) -> _Typed:
    text = raw.strip()
    notes = ["全角数字已转为半角"] if _WIDE_DIGITS.search(text) and name in (*MEASURED, "baseline_year") else []
    if name == "baseline_year":
        year = text.translate(WIDE).removesuffix("年")
        if not text:
            return _Typed()
        return _Typed(year, "；".join([*notes, "文本格式的年份"])) if year.isascii() and year.isdigit() else _Typed(wrong="请填四位年份")
    if name in MEASURED and measure.is_numeric and text:
        notes.append("文本格式的数字")
    return _Typed(text, "；".join(notes))
