"""Reading days of cells as offices write them (pure functions)."""

import datetime as dt
import re

from django.core.exceptions import ValidationError

from greendistrict.core.folded_keys import folded, visible, with_plain_dashes
from greendistrict.core.widgets import LAST_YEAR, possible
from greendistrict.documents.workbooks.columns import CellValue, Column, WrongCellError

_DAY = str.maketrans("０１２３４５６７８９－／．年月/.", "0123456789-------", "日号")
_FIGURES = re.compile(r"\d{1,8}", re.ASCII)
_HAN = {digit: str(at) for at, digit in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_HAN_DAY = re.compile(r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]?")
_HALF = r"(?:上午|下午|中午|晚上|[ap]m)?"
_TWO = "[0-9０-９]{1,2}"
_TIME = rf"[t\s]\s*{_HALF}\s*{_TWO}[:：时点](?:{_TWO}[:：分]?(?:{_TWO}(?:\.[0-9]+)?秒?)?)?\s*{_HALF}"
_BESIDE_DAY = re.compile(rf"\s*[(（]?(?:星期|周)[一二三四五六日天][)）]?$|{_TIME}$", re.IGNORECASE)
_BESIDE_DASH = re.compile(r"\s*-\s*")
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')  # in a number format
SERIAL_DIGITS = 5  # of the number of a day from 1927 to 2173
ENDLESS = frozenset({
    "长期", "长期有效", "长期任职", "长期聘用", "永久", "永久有效", "无固定期限", "无期限", "至今", "迄今", "现在", "在任", "在聘",
})  # fmt: skip
YOUNG = 60  # a year of two digits above it is one of the last century


def read_day(column: Column, text: str) -> CellValue:
    """A day from the text of a cell. Raises ``WrongCellError``, also for one that can be read in several ways."""
    if folded(text) in ENDLESS:
        how = "请填日期" if column.needed else "没有截止日期的请留空"
        msg = f"“{text}”没有写出是哪一天，{how}"
        raise WrongCellError(msg)
    bare = _BESIDE_DAY.sub("", _BESIDE_DAY.sub("", text.strip().removeprefix("'")))  # a time, and a weekday before it
    if han := _HAN_DAY.fullmatch(bare):
        bare = f"{''.join(_HAN[digit] for digit in han[1])}-{_counted(han[2])}-{_counted(han[3])}"
    parts = _BESIDE_DASH.sub("-", with_plain_dashes(visible(bare)).translate(_DAY)).strip("- ").split("-")
    numbers = [int(part) for part in parts if _FIGURES.fullmatch(part)]
    if len(numbers) != len(parts):
        msg = "请填2026-03-01的样子"
        raise WrongCellError(msg)
    if len(parts) == 1:
        return _one_number(column, parts[0])
    _asked(column, parts, numbers)
    found = _date(column, *numbers)
    return CellValue(found, f"“{text}”识别为{found}" if han else "")


def _counted(word: str) -> int:
    """Number of a month or day in Chinese: 十二 is 12, 三十 is 30."""
    tens, ten, ones = word.partition("十")
    return int(_HAN.get(tens, "1" if ten else "0")) * (10 if ten else 1) + int(_HAN.get(ones, "0")) if ten else int(_HAN.get(word, "0"))


def _one_number(column: Column, text: str) -> CellValue:
    """A day without separators: 20270301, or the number by which a spreadsheet keeps a day."""
    if len(text) == 8:  # noqa: PLR2004 -- year, month and day
        found = _date(column, int(text[:4]), int(text[4:6]), int(text[6:]))
        return CellValue(found, f"“{text}”识别为{found}")
    serial = dt.date(1899, 12, 30) + dt.timedelta(days=int(text)) if len(text) == SERIAL_DIGITS else None
    if serial is not None and column.first <= serial.year <= LAST_YEAR:
        return CellValue(serial, f"{text}是 Excel 的日期序号，识别为{serial}")
    is_year = len(text) == len(str(LAST_YEAR)) and column.first <= int(text) <= LAST_YEAR
    msg = "只写了年份，请填到日，如2026-03-01" if is_year else "请填2026-03-01的样子"
    raise WrongCellError(msg)


def _asked(column: Column, parts: list[str], numbers: list[int]) -> None:
    """Ask about a day that can be read in several ways. Raises ``WrongCellError``."""
    msg = ""
    if len(parts[0]) == 4 and len(parts) == 2:  # noqa: PLR2004 -- a year and a month
        msg = f"只写到月，请补上日，如{numbers[0]}-{numbers[1]:02}-01"
    elif len(parts) != 3:  # noqa: PLR2004
        msg = "请填2026-03-01的样子"
    elif len(parts[2]) == 4:  # noqa: PLR2004 -- the year stands last
        msg = f"分不清日和月，请写成{numbers[2]}-{numbers[1]:02}-{numbers[0]:02}的样子"
    elif len(parts[0]) <= 2:  # noqa: PLR2004
        century = 1900 if numbers[0] > YOUNG and column.first <= 1900 + numbers[0] else 2000
        msg = f"年份只写了两位，是{century + numbers[0]}-{numbers[1]:02}-{numbers[2]:02}吗？请写全年份"
    if msg:
        raise WrongCellError(msg)


def _date(column: Column, year: int, month: int, day: int) -> dt.date:
    try:
        found = dt.date(year, month, day)
    except ValueError as error:
        msg = "没有这一天，请填2026-03-01的样子"
        raise WrongCellError(msg) from error
    return possible_day(column, found)


def shown_in_part(day: dt.date, form: str) -> str:
    """What is said of the day of a cell whose number format does not show all of it."""
    bare = _LITERAL.sub("", form.partition(";")[0]).lower()
    if bare in {"", "general", "@"} or ("d" in bare and re.search("[ye]", bare)):
        return ""
    return f"单元格只显示{'月日' if 'd' in bare else '到月'}，识别为{day}，请核对"


def possible_day(column: Column, day: dt.date) -> dt.date:
    """The day, if a column takes days of its year. Raises ``WrongCellError``."""
    try:
        possible(day, column.first)
    except ValidationError as error:
        raise WrongCellError(error.message) from error
    return day
