"""Reading a cell of a workbook into the stored form of its column: numbers, days, choices and flags as offices write them (pure functions).

What is read in another form than it was typed has a note for the preview; what can be read in two ways is asked.
"""

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import reduce
from typing import Any

from greendistrict.core.folded_keys import folded, visible_lines
from greendistrict.core.number_parsing import is_finite, plain
from greendistrict.core.rounding import half_up
from greendistrict.documents.workbooks import quantities
from greendistrict.documents.workbooks.columns import (
    BETWEEN,
    CHOICE,
    CHOICES,
    DAY,
    FLAG,
    NAMES,
    NUMBER,
    TEXT,
    VALUE,
    AskedCellError,
    CellValue,
    Column,
    WrongCellError,
    measured_words,
    words_of,
)  # fmt: skip
from greendistrict.documents.workbooks.days import possible_day, read_day, shown_in_part
from greendistrict.documents.workbooks.grids import EMPTY, BookCell, unreadable
from greendistrict.documents.workbooks.lines import ditto_words

BLANK: Mapping[str, Any] = {TEXT: "", CHOICE: ""}
YES_WORDS = (
    ("是", "否"), ("满足", "不满足"), ("达到", "未达到"), ("有", "无"), ("√", "×"), ("✓", "×"), ("✔", "✘"), ("y", "n"), ("yes", "no"),
    ("true", "false"), ("1", "0"), ("对", "错"), ("√", "x"),
)  # fmt: skip
EXACT_DIGITS = 15  # digits of a number that a spreadsheet preserves
LATIN = "\u2e7f"  # no letter up to it is Chinese
DASHES, NONE_WORDS = frozenset("-/\\*"), frozenset({"无", "暂无", "没有", "不详", "n/a", "na", "未填"})
# Words that offices use for a choice that is called otherwise here.
SYNONYMS = {
    "招拍挂": "出让", "挂牌": "出让", "拍卖": "出让", "招标": "出让", "未动工": "未开工",
    "施工中": "在建", "建设中": "在建", "已开工": "在建", "建成": "竣工", "已建": "竣工", "已建成": "竣工",
    "完工": "竣工", "已完工": "竣工", "已竣工": "竣工", "已投用": "投用", "投入使用": "投用", "使用中": "投用", "运营": "投用",
}  # fmt: skip
NOT_YET = re.compile(r"^(?:尚未|暂未|还未|未|待|拟|不|非|无)")
# Beside a label they say that it is not so yet, no longer or only in part.
UNSURE = re.compile(
    "未|待|拟|不|非|无|计划|预计|预期|即将|将|准备|争取|力争|部分|局部|基本|主体|接近|可能|取消|终止|撤销|解除|停|缓|退|流拍|前|中$"
)
_PARTS = re.compile(r"[、，,;；\n]+")
_PADDED = re.compile(r'(?:"([^"]*)")?(0+)(?:\.(0+))?(?:"([^"]*)")?')  # number format: 000, 0.00, "YS01-"000


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
    if (wrong := ditto_words(cell.value)) and cell.value != now:
        raise WrongCellError(wrong)
    if column.is_number and not isinstance(cell.value, bool) and cell.value is not None and str(cell.value).strip():
        return _numbers(column, cell, now)
    return [_single(column, cell, now)]


def _single(column: Column, cell: BookCell, now: Any) -> CellValue:
    if cell is EMPTY:
        return CellValue(_blank(column))
    value = cell.value
    if isinstance(value, dt.datetime | dt.date) and column.kind == DAY:
        day = possible_day(column, value.date() if isinstance(value, dt.datetime) else value)
        return CellValue(day, "" if day == now else shown_in_part(day, cell.form))
    if wrong := unreadable(cell):
        raise WrongCellError(wrong)
    text = visible_lines(text_of(column, cell))
    if column.kind == TEXT and isinstance(now, str) and visible_lines(one_line_end(now)) == text:
        return CellValue(now)
    if column.kind == NAMES and now and READERS[NAMES](column, text).value == now:
        return CellValue(now)  # also a name that says nothing, as - does
    if not text or _says_nothing(column, text):
        return CellValue(_blank(column), f"“{text}”按没有填" if text else "")
    return READERS[column.kind](column, text)


def text_of(column: Column, cell: BookCell) -> str:
    """Text of a cell, in a text column with the decimals that its format shows: plot 1.10 is not 1.1.

    Raises ``WrongCellError`` for a number or truth value that cannot be the text that was meant.
    """
    value = cell.value
    if isinstance(value, bool):
        if column.kind in {TEXT, NAMES}:
            msg = f"这一格是逻辑值{str(value).upper()}，请填文字"
            raise WrongCellError(msg)
        return "是" if value else "否"
    if isinstance(value, float | int):
        if column.kind in {TEXT, NAMES} and abs(finite(value)) >= 10**EXACT_DIGITS:
            msg = f"这一格是数值，Excel 只保留前{EXACT_DIGITS}位，请把格式改为文本后重填"
            raise WrongCellError(msg)
        told = shown_number(cell) if column.kind in {TEXT, NAMES} else value
        return told if isinstance(told, str) else plain(finite(value))
    return "" if value is None else one_line_end(str(value))


def shown_number(cell: BookCell) -> Any:
    """The value of a cell, or the text of a number whose format shows leading zeros, words, per cent or more decimals than it has."""
    if is_number(cell.value) and quantities.is_percent(cell.form):
        return f"{plain(finite(cell.value) * 100)}%"
    found = _PADDED.fullmatch(cell.form) if is_number(cell.value) else None
    if found is None or cell.form == "0":
        return cell.value
    before, figures, decimals, behind = found.groups("")
    whole, _, rest = plain(finite(cell.value)).partition(".")
    if len(rest) > len(decimals):  # what is shown is not what stands there
        return cell.value
    sign, whole = "-" * whole.startswith("-"), whole.lstrip("-").zfill(len(figures))
    shown = f"{whole}.{rest.ljust(len(decimals), '0')}" if decimals else whole
    return f"{sign}{before}{shown}{behind}"


def with_unit_shown(cell: BookCell) -> Any:
    """As ``shown_number``, and with the unit that the format shows behind a number."""
    said = quantities.unit_shown(cell.form) if cell.form and is_number(cell.value) else ""
    return f"{plain(finite(cell.value))}{said}" if said else shown_number(cell)


def is_number(value: Any) -> bool:
    """Whether the value of a cell is a number that is neither infinite nor too large."""
    return isinstance(value, float | int) and not isinstance(value, bool) and is_finite(value)


def _says_nothing(column: Column, text: str) -> bool:
    """Whether a dash, or a word such as 无 that is none of the column's own, stands for an empty cell."""
    word = folded(text)
    if column.kind == TEXT:
        return column.needed and DASHES.issuperset(word)
    if column.kind not in {DAY, CHOICE, CHOICES, VALUE, NAMES} or text in map(str, (*column.choices, *column.choices.values())):
        return False
    return DASHES.issuperset(word) or (word in NONE_WORDS and column.kind != VALUE)


def says_nothing(text: str) -> bool:
    """Whether a text is a dash or a word such as 无."""
    word = folded(text)
    return word in NONE_WORDS or DASHES.issuperset(word)


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
    if isinstance(cell.value, str) and (word := folded(cell.value)) and says_nothing(word):
        if DASHES.issuperset(word) and not column.needed:
            return [CellValue(_blank(column), f"“{cell.value.strip()}”按没有填")]
        msg = f"“{cell.value.strip()}”是0还是没有填？{'这一格必填，请填数字' if column.needed else '请填0或留空'}"
        raise WrongCellError(msg)
    found, wrong = list[CellValue](), list[WrongCellError]()
    try:
        if isinstance(cell.value, int | float):
            readings = quantities.read_number(finite(cell.value), column.unit, cell.form)
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
    return found if len(found) > 1 else [CellValue(found[0].value, _remarks(column, cell, found[0], now))]


def _taken(column: Column, reading: quantities.NumberReading) -> CellValue:
    """Stored form of a number. Raises ``WrongCellError`` outside the limits, suggesting a probable mistake."""
    number = Decimal(reading.value)
    if column.kind == VALUE:
        try:
            return CellValue(_parsed(column, reading.value), reading.note)
        except ValueError as error:
            slip = quantities.too_large(number, column.unit, lambda meant: _parses(column, meant))
            raise WrongCellError("；".join(filter(None, (str(error), slip)))) from error
    number = quantities.without_noise(number, column.places)
    if not column.fits(number):
        slip = quantities.too_large(number, column.unit, column.fits)
        raise WrongCellError("；".join(filter(None, ("超出范围", slip))))
    kept = half_up(number, column.places)
    said = quantities.rounded_words(number, kept, column.places)
    return CellValue(kept, "；".join(filter(None, (reading.note, said))))


def _parsed(column: Column, text: str) -> Any:
    """Stored form of a number, without the last digits of a sum in a spreadsheet where it is refused with them. Raises ``ValueError``."""
    try:
        return column.parse(text)
    except ValueError:
        number = Decimal(text)
        summed = Decimal(f"{number:.{quantities.TRUE_DIGITS}g}") if abs(number) > quantities.LEAST_NOISE else Decimal(0)
        if summed == number or not quantities.is_noise(number, summed):
            raise
        return column.parse(plain(summed))


def _parses(column: Column, number: Decimal) -> bool:
    try:
        column.parse(plain(number))
    except ValueError:
        return False
    return True


def _remarks(column: Column, cell: BookCell, found: CellValue, now: Any) -> str:
    """Notes on how a number was interpreted, and on a probable mistake although it is within the limits."""
    number = Decimal(str(found.value)) if found.value not in {None, ""} else Decimal(0)
    slip = quantities.slipped(number, Decimal(str(now)), column.unit) if column.measured and now not in {None, ""} else ""
    if not slip and column.usual is not None and number > column.usual:
        limit = column.usual
        slip = "；".join(filter(None, ("数值偏大", quantities.too_large(number, column.unit, lambda meant: meant <= limit))))
    return "；".join(filter(None, (cell.note, found.note, slip)))


def _text(column: Column, text: str) -> CellValue:
    if column.one_line and (lines := text.split("\n"))[1:]:
        joined = reduce(_joined, map(str.strip, lines))
        return CellValue(_text(column, joined).value, f"单元格里有换行，识别为“{joined}”")
    if len(text) > column.most:
        msg = f"最多{column.most}个字"
        raise WrongCellError(msg)
    return CellValue(text)


def _joined(line: str, other: str) -> str:
    """Two lines of one text: Chinese is written on without a blank."""
    return f"{line}{'' if line[-1:] > LATIN or other[:1] > LATIN or not line or not other else ' '}{other}"


def _flag(column: Column, text: str) -> CellValue:
    word = folded(text)
    for words in (column.flags, *YES_WORDS):
        if word in map(folded, words):
            found = word == folded(words[0])
            return CellValue(found, "" if words == column.flags else f"“{text}”按“{column.flags[not found]}”")
    msg = f"请填{'或'.join(column.flags)}"
    raise AskedCellError(msg, text, column.flags)


def _choice(column: Column, text: str) -> CellValue:
    return _chosen(column, text, _or(column.choices.values()))


def _chosen(column: Column, text: str, among: str) -> CellValue:
    """The choice that a word names: its label or value in any width or case, its beginning or part of it if no other has that.

    Raises ``AskedCellError``, which says ``among`` what one may choose.
    """
    for value, label in column.choices.items():
        if text in {str(label), str(value)}:
            return CellValue(value)
    word = folded(SYNONYMS.get(text, text))
    labels = {value: folded(str(label)) for value, label in column.choices.items()}
    same = [value for value, label in labels.items() if word in {label, folded(str(value))}]
    near = same or [value for value, label in labels.items() if label and _could_be(word, label)]
    if len(near) == 1 and not same and UNSURE.search(word.replace(labels[near[0]], "", 1)) and word not in labels[near[0]]:
        label = column.choices[near[0]]
        msg = f"“{text}”是“{label}”吗？{among}"
        raise AskedCellError(msg, text, [label, *column.choices.values()])
    if len(near) == 1:
        return CellValue(near[0], f"“{text}”按“{column.choices[near[0]]}”")
    others = column.choices.values()
    if near:
        could = [column.choices[value] for value in near]
        msg = f"“{text}”分不清是{_or(could)}"
        raise AskedCellError(msg, text, [*could, *others])
    like = [] if NOT_YET.match(word) else difflib.get_close_matches(text, [str(label) for label in column.choices.values()], 1, 0.5)
    raise AskedCellError(f"{among}；是“{like[0]}”吗？" if like else among, text, [*like, *others])


def _could_be(word: str, label: str) -> bool:
    """Whether a word is a part of a label, or the other way round; 开工 is not 未开工."""
    return (word in label and NOT_YET.sub("", label) != word) or (label in word and not NOT_YET.match(word))


def _or(words: Iterable[str]) -> str:
    *first, last = map(str, words)
    return f"请填{'、'.join(first)}或{last}" if first else f"请填{last}"


def _choices(column: Column, text: str) -> CellValue:
    parts = [part.strip() for part in _PARTS.split(_text(column, text).value) if part.strip()]
    labels = "、".join(map(str, column.choices.values()))
    try:
        found = [_chosen(column, part, f"没有“{part}”这个{column.label}，可填：{labels}") for part in parts]
    except AskedCellError as asked:
        raise AskedCellError(str(asked), asked.text, asked.options, parts) from asked
    return CellValue(sorted({one.value for one in found}), "；".join(one.note for one in found if one.note))


def _value(column: Column, text: str) -> CellValue:
    try:
        found = column.parse(text)
    except ValueError as wrong:
        raise WrongCellError(str(wrong)) from wrong
    said = words_of(column, found)
    return CellValue(found, f"“{text}”识别为{said}" if said and said != text else "")


def _names(column: Column, text: str) -> CellValue:
    """Names listed in a text, without duplicates."""
    return CellValue(list(dict.fromkeys(part for part in BETWEEN.split(_text(column, text).value) if part)))


def _number(_column: Column, text: str) -> CellValue:
    """Refuses what is no number but Excel's TRUE and FALSE; numbers and texts are read by ``_numbers``."""
    msg = f"这一格要填数字，这里写的是“{text}”"
    raise WrongCellError(msg)


READERS: Mapping[str, Callable[[Column, str], CellValue]] = {
    NUMBER: _number, TEXT: _text, DAY: read_day, FLAG: _flag, CHOICE: _choice, CHOICES: _choices, NAMES: _names, VALUE: _value,
}  # fmt: skip
