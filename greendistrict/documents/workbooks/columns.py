"""Columns of a workbook: writing a stored value into a cell, and finding the columns of a sheet by their heads (pure functions)."""

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from greendistrict.core.folded_keys import folded
from greendistrict.core.number_parsing import plain
from greendistrict.core.unit_names import named_unit
from greendistrict.core.widgets import FIRST_YEAR

TEXT, NUMBER, DAY, FLAG, CHOICE, CHOICES, NAMES, VALUE, SHOWN = (
    "text", "number", "day", "flag", "choice", "choices", "names", "value", "shown",
)  # fmt: skip
YES_NO = ("是", "否")
EXACT_DIGITS = 15  # digits of a number that a spreadsheet preserves
BETWEEN = re.compile(r"[、，,;；\s]+")
_WITH_UNIT = re.compile(r"(.+)\(([^()]+)\)")


class WrongCellError(ValueError):
    """A cell that is not accepted; the message says why."""


class AskedCellError(WrongCellError):
    """A text that is none of the labels of its column: one of the ``options``, the likeliest first, may be put in its place.

    ``among`` are the texts of a cell that holds several.
    """

    def __init__(self, why: str, text: str, options: Iterable[str], among: Sequence[str] = ()) -> None:
        super().__init__(why)
        self.text, self.options, self.among = text, tuple(dict.fromkeys(map(str, options))), tuple(among) or (text,)

    def with_answer(self, answer: str) -> str:
        """The whole text of the cell with the answer in the place of what is asked."""
        return "、".join(answer if one == self.text else one for one in self.among)


class CellValue(NamedTuple):
    """Stored form of a cell, and a note on how it was interpreted if that must be shown."""

    value: Any
    note: str = ""


class AnsweredValue(CellValue):
    """What a person put in the place of a text that was asked about."""

    __slots__ = ()


def _same(value: Any) -> Any:
    return value


@dataclasses.dataclass(frozen=True)
class Column:
    """One column: field, head and accepted content.

    ``digits`` before the decimal point and ``places`` after it limit a number in ``unit``; a number above ``usual`` gets a note. Without
    ``measured`` (points, pieces), large changes are not reported as probable unit mistakes. ``low``, ``high`` and ``whole`` are limits that
    Excel enforces. ``most`` limits the characters of a text, which holds no line end if ``one_line``; ``choices`` are labels by stored
    value, ``flags`` the labels for yes and no. A column of kind ``VALUE`` has its own ``parse`` (raises ``ValueError`` with the reason),
    ``show``, and stored form for ``empty``; it is ``numeric`` if a number with a unit is expected. A day is of the year ``first`` or later.
    A column of kind ``SHOWN`` is not read back.
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
    first: int = FIRST_YEAR
    one_line: bool = False

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


def as_json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as JSON: decimals and days as text."""
    return {name: str(value) if isinstance(value, Decimal | dt.date) else value for name, value in fields.items()}


class FoundHeads(NamedTuple):
    """Positions of the columns in a sheet: ``places`` by field, unknown or repeated heads, and missing heads."""

    places: dict[str, int]
    unknown: list[tuple[int, str]]
    missing: list[str]


def find_heads(heads: Sequence[Any], columns: Sequence[Column]) -> FoundHeads:
    """Find the columns of a sheet by their heads, in any order, whatever their width, blanks and line ends, with or without their unit."""
    known = {head_of(column.label): column.field for column in columns}
    bare = [(_without_unit(head_of(column.label), column.unit), column.field) for column in columns if column.unit]
    often = Counter(head for head, _ in bare)
    known |= {head: field for head, field in bare if often[head] == 1 and head not in known}
    units = {column.field: column.unit for column in columns}
    found = FoundHeads({}, [], [])
    for at, head in enumerate(heads):
        label = head_of(head)
        field = known.get(label, "")
        if not field and (about := _WITH_UNIT.fullmatch(label)) and (named := known.get(about[1])):
            field = named if named_unit(about[2]) == named_unit(units[named]) else ""
        if label and (not field or field in found.places):
            found.unknown.append((at, str(head).strip()))
        elif label:
            found.places[field] = at
    found.missing.extend(column.label for column in columns if column.field not in found.places)
    return found


def head_of(text: Any) -> str:
    """A head as heads are compared: without blanks, line ends and the star of what is required."""
    return "" if text is None else folded(str(text)).strip("*")


def _without_unit(label: str, unit: str) -> str:
    """A head without the unit that stands behind it, in brackets or not."""
    about = _WITH_UNIT.fullmatch(label)
    return about[1] if about and named_unit(about[2]) == named_unit(unit) else label.removesuffix(folded(unit))


def index_of(columns: Sequence[Column], field: str) -> int:
    """Position of a field's column; the first column if the field has none."""
    return next((at for at, column in enumerate(columns) if column.field == field), 0)
