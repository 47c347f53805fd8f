"""Columns of a workbook: writing a stored value into a cell, and reading a cell back into stored form (pure functions)."""

import dataclasses
import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from unicodedata import normalize

from django.core.exceptions import ValidationError

from greendistrict.core.number_parsing import is_finite, plain
from greendistrict.core.rounding import half_up
from greendistrict.core.widgets import possible
from greendistrict.documents.workbooks import quantities
from greendistrict.documents.workbooks.grids import EMPTY, BookCell, is_percent, unreadable

TEXT, NUMBER, DAY, FLAG, CHOICE, CHOICES, NAMES, VALUE, SHOWN = (
    "text", "number", "day", "flag", "choice", "choices", "names", "value", "shown",
)  # fmt: skip
BLANK: Mapping[str, Any] = {TEXT: "", CHOICE: ""}
YES_NO = ("是", "否")
YES_WORDS = (YES_NO, ("满足", "不满足"), ("达到", "未达到"), ("√", "×"), ("✓", "×"))
EXACT_DIGITS = 15  # digits of a number that a spreadsheet preserves
BETWEEN = re.compile(r"[、，,;；\s]+")
_PARTS = re.compile(r"[、，,;；\n]+")
_DAY = str.maketrans("０１２３４５６７８９－／．年月/.", "0123456789-------", "日")


class WrongCellError(ValueError):
    """A cell that is not accepted; the message says why."""


class CellValue(NamedTuple):
    """Stored form of a cell, and a note on how it was interpreted if that must be shown."""

    value: Any
    note: str = ""


def _same(value: Any) -> Any:
    return value


@dataclasses.dataclass(frozen=True)
class Column:
    """One column: field, head and accepted content.

    ``digits`` before the decimal point and ``places`` after it limit a number in ``unit``; a number above ``usual`` gets a note. Without
    ``measured`` (points, pieces), large changes are not reported as probable unit mistakes. ``low``, ``high`` and ``whole`` are limits that
    Excel enforces. ``most`` limits the characters of a text, ``choices`` are labels by stored value, ``flags`` the labels for yes and no. A
    column of kind ``VALUE`` has its own ``parse`` (raises ``ValueError`` with the reason), ``show``, and stored form for ``empty``; it is
    ``numeric`` if a number with a unit is expected. A column of kind ``SHOWN`` is not read back.
    """

    field: str
    label: str
    kind: str = TEXT
    width: int = 12
    places: int = 0
    digits: int = 10
    most: int = 100
    needed: bool = False
    unit: str = ""
    usual: Decimal | None = None
    choices: Mapping[str, str] = dataclasses.field(default_factory=dict)
    parse: Callable[[str], Any] = _same
    show: Callable[[str], str] = _same
    numeric: bool = False
    flags: tuple[str, str] = YES_NO
    empty: Any = ""
    hidden: bool = False
    hint: str = ""
    measured: bool = True
    low: Decimal | None = None
    high: Decimal | None = None
    whole: bool = False

    @property
    def is_number(self) -> bool:
        """Whether a number with a unit is expected."""
        return self.kind == NUMBER or self.numeric

    def fits(self, number: Decimal) -> bool:
        """Whether a number is within the limits of the column."""
        return 0 <= number < Decimal(10) ** self.digits


KEY = Column("key", "键", SHOWN, 8, hidden=True)  # of a row that is found again by it


def words_of(column: Column, value: Any) -> str:
    """Stored value of a field in words."""
    if value is None or value == "":
        return ""
    if column.kind == VALUE:
        return column.show(str(value))
    return WORDS[column.kind](column, value) if column.kind in WORDS else str(value)


def _choices_words(column: Column, value: Any) -> str:
    return "、".join(str(column.choices.get(key, key)) for key in sorted(value, key=[*column.choices, *value].index))


def _day_words(_column: Column, value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


WORDS: Mapping[str, Callable[[Column, Any], str]] = {
    FLAG: lambda column, value: column.flags[not value],
    NAMES: lambda _, value: "、".join(value),
    CHOICE: lambda column, value: str(column.choices[value]),
    CHOICES: _choices_words,
    NUMBER: lambda _, value: plain(Decimal(value)),
    DAY: _day_words,
}


def cell_of(column: Column, value: Any) -> str | float | dt.date:
    """Cell content of a stored value: a day, a number if Excel can keep it exactly, otherwise text."""
    if column.kind == DAY and isinstance(value, dt.date):
        return value
    if column.is_number and value not in {None, ""}:
        number = float(value)
        return number if Decimal(f"{number:.{EXACT_DIGITS}g}") == Decimal(str(value)) else str(value)
    return words_of(column, value)


def measured_words(column: Column, value: Any) -> str:
    """Stored value in words, a number with its unit."""
    words = words_of(column, value)
    return f"{words}{column.unit}" if words and column.is_number else words


def read_cell(column: Column, cell: BookCell, now: Any = None) -> CellValue:
    """Read a cell; a value equal to the stored one (``now``) is never ambiguous. Raises ``WrongCellError``, also for ambiguous numbers."""
    found = read_ways(column, cell, now)
    if len(found) > 1:
        first, second = (measured_words(column, reading.value) for reading in found)
        msg = f"可以是{first}，也可以是{second}，请带上单位写明"
        raise WrongCellError(msg)
    return found[0]


def read_ways(column: Column, cell: BookCell, now: Any = None) -> list[CellValue]:
    """Possible values of a cell, likeliest first; only one if it equals the stored value. Raises ``WrongCellError``."""
    if column.is_number and not isinstance(cell.value, bool) and cell.value is not None and str(cell.value).strip():
        return _numbers(column, cell, now)
    return [_single(column, cell, now)]


def _single(column: Column, cell: BookCell, now: Any) -> CellValue:
    if cell is EMPTY:
        return CellValue(_blank(column))
    value = cell.value
    if isinstance(value, dt.datetime | dt.date) and column.kind == DAY:
        return CellValue(_possible(value.date() if isinstance(value, dt.datetime) else value))
    if wrong := unreadable(cell):
        raise WrongCellError(wrong)
    if isinstance(value, bool):
        text = "是" if value else "否"
    elif isinstance(value, float | int):
        text = plain(finite(value))
    else:
        text = "" if value is None else one_line_end(str(value))
    if column.kind == TEXT and isinstance(now, str) and one_line_end(now) == text:
        return CellValue(now)
    return CellValue(READERS[column.kind](column, text) if text else _blank(column))


def finite(value: float) -> Decimal:
    """A number of a cell with the digits that a spreadsheet preserves. Raises ``WrongCellError`` for infinity and what overflows."""
    if not is_finite(value):
        msg = "数值过大，或者不是数"
        raise WrongCellError(msg)
    return Decimal(f"{value:.{EXACT_DIGITS}g}")


def one_line_end(text: str) -> str:
    """Text with uniform line ends. Excel writes a bare CR as ``_x000D_``, and escapes such text as ``x005F_``."""
    return text.replace("x005F_", "").replace("_x000D_", "\r").replace("\r\n", "\n").replace("\r", "\n").strip()


def _blank(column: Column) -> Any:
    if column.needed:
        msg = "必填"
        raise WrongCellError(msg)
    if column.kind in {NAMES, CHOICES}:
        return []
    return column.empty if column.kind == VALUE else BLANK.get(column.kind)


def _numbers(column: Column, cell: BookCell, now: Any) -> list[CellValue]:
    """Possible values of a number in the unit of its column; one if it equals the stored value or only one is within the limits."""
    if wrong_cell := unreadable(cell):
        raise WrongCellError(wrong_cell)
    found, wrong = list[CellValue](), list[WrongCellError]()
    try:
        if isinstance(cell.value, int | float):
            readings = quantities.read_number(finite(cell.value), column.unit, as_percent=is_percent(cell))
        else:
            readings = quantities.read_text(str(cell.value), column.unit)
    except quantities.QuantityError as error:
        raise WrongCellError(str(error)) from error
    for reading in readings:
        try:
            found.append(_taken(column, reading))
        except WrongCellError as error:
            wrong.append(error)
    if not found:
        raise wrong[0]
    same = next((reading for reading in found if now is not None and reading.value == now), None)
    if same is not None:
        return [CellValue(same.value)]
    return found if len(found) > 1 else [CellValue(found[0].value, _remarks(column, found[0], now))]


def _taken(column: Column, reading: quantities.NumberReading) -> CellValue:
    """Stored form of a number. Raises ``WrongCellError`` outside the limits, suggesting a probable mistake."""
    number = Decimal(reading.value)
    if column.kind == VALUE:
        try:
            return CellValue(column.parse(reading.value), reading.note)
        except ValueError as error:
            slip = quantities.too_large(number, column.unit, lambda meant: _parses(column, meant))
            raise WrongCellError("；".join(filter(None, (str(error), slip)))) from error
    if not column.fits(number):
        slip = quantities.too_large(number, column.unit, column.fits)
        raise WrongCellError("；".join(filter(None, ("超出范围", slip))))
    return CellValue(half_up(number, column.places), reading.note)


def _parses(column: Column, number: Decimal) -> bool:
    try:
        column.parse(plain(number))
    except ValueError:
        return False
    return True


def _remarks(column: Column, found: CellValue, now: Any) -> str:
    """Notes on how a number was interpreted, and on a probable mistake although it is within the limits."""
    number = Decimal(str(found.value)) if found.value not in {None, ""} else Decimal(0)
    slip = quantities.slipped(number, Decimal(str(now)), column.unit) if column.measured and now not in {None, ""} else ""
    if not slip and column.usual is not None and number > column.usual:
        limit = column.usual
        slip = "；".join(filter(None, ("数值偏大", quantities.too_large(number, column.unit, lambda meant: meant <= limit))))
    return "；".join(filter(None, (found.note, slip)))


def _text(column: Column, text: str) -> str:
    if len(text) > column.most:
        msg = f"最多{column.most}个字"
        raise WrongCellError(msg)
    return text


def _day(_column: Column, text: str) -> dt.date:
    try:
        year, month, day = (int(part) for part in text.translate(_DAY).partition(" ")[0].split("-"))
        found = dt.date(year, month, day)
    except ValueError as error:
        msg = "请填2026-03-01的样子"
        raise WrongCellError(msg) from error
    return _possible(found)


def _possible(day: dt.date) -> dt.date:
    try:
        possible(day)
    except ValidationError as error:
        raise WrongCellError(error.message) from error
    return day


def _flag(column: Column, text: str) -> bool:
    for words in (column.flags, *YES_WORDS):
        if text in words:
            return text == words[0]
    msg = f"请填{'或'.join(column.flags)}"
    raise WrongCellError(msg)


def _choice(column: Column, text: str) -> str:
    for value, words in column.choices.items():
        if text in {str(words), str(value)}:
            return value
    *first, last = map(str, column.choices.values())
    msg = f"请填{'、'.join(first)}或{last}"
    raise WrongCellError(msg)


def _choices(column: Column, text: str) -> list[str]:
    by_words = {str(words): value for value, words in column.choices.items()}
    parts = [part.strip() for part in _PARTS.split(_text(column, text)) if part.strip()]
    if unknown := next((part for part in parts if part not in by_words and part not in column.choices), ""):
        msg = f"没有“{unknown}”这个{column.label}，可填：{'、'.join(by_words)}"
        raise WrongCellError(msg)
    return sorted({by_words.get(part, part) for part in parts})


def _value(column: Column, text: str) -> Any:
    try:
        return column.parse(text)
    except ValueError as wrong:
        raise WrongCellError(str(wrong)) from wrong


def _names(column: Column, text: str) -> list[str]:
    """Names listed in a text, without duplicates."""
    return list(dict.fromkeys(part for part in BETWEEN.split(_text(column, text)) if part))


def _number(_column: Column, text: str) -> Any:
    """Refuses what is no number but Excel's TRUE and FALSE; numbers and texts are read by ``_numbers``."""
    msg = f"这一格要填数字，这里写的是“{text}”"
    raise WrongCellError(msg)


READERS: Mapping[str, Callable[[Column, str], Any]] = {
    NUMBER: _number, TEXT: _text, DAY: _day, FLAG: _flag, CHOICE: _choice, CHOICES: _choices, NAMES: _names, VALUE: _value,
}  # fmt: skip


def as_json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as JSON: decimals and days as text."""
    return {name: str(value) if isinstance(value, Decimal | dt.date) else value for name, value in fields.items()}


class FoundHeads(NamedTuple):
    """Positions of the columns in a sheet: ``places`` by field, unknown or repeated heads, and missing heads."""

    places: dict[str, int]
    unknown: list[tuple[int, str]]
    missing: list[str]


def find_heads(heads: Sequence[Any], columns: Sequence[Column]) -> FoundHeads:
    """Find the columns of a sheet by their heads, in any order; m² and ㎡ are the same."""
    known = {normalize("NFKC", column.label): column.field for column in columns}
    found = FoundHeads({}, [], [])
    for at, head in enumerate(heads):
        label = normalize("NFKC", str(head)).strip() if head is not None else ""
        if label and (label not in known or known[label] in found.places):
            found.unknown.append((at, label))
        elif label:
            found.places[known[label]] = at
    found.missing.extend(column.label for column in columns if column.field not in found.places)
    return found


def index_of(columns: Sequence[Column], field: str) -> int:
    """Position of a field's column; the first column if the field has none."""
    return next((at for at, column in enumerate(columns) if column.field == field), 0)
