"""Columns of a list's workbook: how a stored value stands in its cell, and how a cell is read back into stored form."""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import TextChoices

from districts.common.digits import WIDE
from districts.land.greenindicators import Indicator, WrongValue, parse, show
from greendistrict.core.rounding import half_up
from greendistrict.documents.workbooks import EMPTY, BookCell, is_percent, unreadable

TEXT, NUMBER, DAY, FLAG, CHOICE, USE, VALUE, NAMES = "text", "number", "day", "flag", "choice", "use", "value", "names"
BLANK = {TEXT: "", USE: "", CHOICE: "", VALUE: ""}
WORDS: Mapping[str, Callable[[Any], str]] = {
    FLAG: lambda value: "是" if value else "否",
    NAMES: "、".join,
    NUMBER: lambda value: f"{Decimal(value).normalize():f}",
    DAY: lambda value: value.isoformat() if isinstance(value, dt.date) else str(value),
}
_BETWEEN = re.compile(r"[、，,;；\s]+")


class WrongCellError(ValueError):
    """A cell that cannot be taken; the text says why."""


@dataclass(frozen=True)
class Column:
    """One column: a field of the row, or key and stage of an indicator (``field`` is then ``key.stage``).

    ``digits`` before the decimal point and ``places`` after it bound a number; ``most`` the characters of a text.
    """

    field: str
    label: str
    kind: str
    width: int = 12
    places: int = 0
    digits: int = 10
    most: int = 0
    needed: bool = False
    indicator: Indicator | None = None
    choices: type[TextChoices] | None = None

    @property
    def ways(self) -> Mapping[str, str]:
        """Stored value of each word that may be chosen."""
        return {str(one.label): str(one.value) for one in self.choices or ()}


def words_of(column: Column, value: Any) -> str:
    """Stored value of a field in words."""
    if value is None or value == "":
        return ""
    if column.choices:
        return str(column.choices(value).label)
    if column.indicator:
        return show(column.indicator, str(value))
    return WORDS.get(column.kind, str)(value)


def cell_of(column: Column, value: Any) -> str | float:
    """Stored value as its cell holds it: numbers are numbers, everything else text."""
    return float(value) if column.kind == NUMBER and value is not None else words_of(column, value)


def read_cell(column: Column, cell: BookCell) -> Any:
    """Stored form of a cell. Raises ``WrongCellError``."""
    if cell is EMPTY:
        return _blank(column)
    value = cell.value
    if isinstance(value, dt.datetime | dt.date) and column.kind == DAY:
        return value.date() if isinstance(value, dt.datetime) else value
    if wrong := unreadable(cell):
        raise WrongCellError(wrong)
    if isinstance(value, bool):
        text = "是" if value else "否"
    elif isinstance(value, float | int):
        text = _number_text(column, cell)
    else:
        text = "" if value is None else str(value).strip()
    return READERS[column.kind](column, text) if text else _blank(column)


def _blank(column: Column) -> Any:
    if column.needed:
        msg = "必填"
        raise WrongCellError(msg)
    return [] if column.kind == NAMES else BLANK.get(column.kind)


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
    if not number.is_finite() or number < 0 or number >= Decimal(10) ** column.digits:
        msg = "超出范围"
        raise WrongCellError(msg)
    return half_up(number, column.places)


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


def _choice(column: Column, text: str) -> str:
    ways = column.ways
    if text not in ways:
        *first, last = ways
        msg = f"请填{'、'.join(first)}或{last}"
        raise WrongCellError(msg)
    return ways[text]


def _value(column: Column, text: str) -> str:
    try:
        return parse(column.indicator, text) if column.indicator else text
    except WrongValue as wrong:
        raise WrongCellError(str(wrong)) from wrong


def _names(column: Column, text: str) -> list[str]:
    return listed(_text(column, text))


def listed(text: str) -> list[str]:
    """Names that stand one after the other in a text, without repeats."""
    return list(dict.fromkeys(part for part in _BETWEEN.split(text) if part))


READERS: Mapping[str, Callable[[Column, str], Any]] = {
    TEXT: _text, USE: _text, NUMBER: _number, DAY: _day, FLAG: _flag, CHOICE: _choice, VALUE: _value, NAMES: _names,
}  # fmt: skip


def plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as JSON: decimals and days as text."""
    return {name: str(value) if isinstance(value, Decimal | dt.date) else value for name, value in fields.items()}


def index_of(columns: Sequence[Column], field: str) -> int:
    """Place of a field's column; the first for what stands in none."""
    return next((at for at, column in enumerate(columns) if column.field == field), 0)
