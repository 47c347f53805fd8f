"""Parses numbers as people type them, for cells, forms and workbooks."""

import math
import re
from decimal import Decimal

MOST_DIGITS = 40
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
_PLAIN = re.compile(r"[+-]?(?=\.?\d)(\d*)(?:\.(\d*))?", re.ASCII)
_TO_ASCII = str.maketrans("０１２３４５６７８９．，－＋−﹣﹢。", "0123456789.,-+--+.")
_UNSEEN = re.compile(r"[\u200b-\u200f\u2060\ufeff]+")
_BLANK = r"[\s\u00a0\u2009\u202f\u3000'’]"
_LINE_END = re.compile(r"[\n\r\v\f\u2028\u2029]")
_BLANK_GROUPS = re.compile(rf"[+-]?\d{{1,3}}({_BLANK}\d{{3}})+(\.\d*)?", re.ASCII)
_BLANKS = re.compile(f"{_BLANK}+")
NOT_A_NUMBER = "应填数字，如 70 或 70.5"
WORDED = "请按所列单位填数字，不要写“万”“亿”，如 42.5万 填 425000"
BAD_GROUPS = "千位分隔应每三位一个，如 1,234.5"
BAD_BLANKS = "数字中间有空格，请连着写；千位分隔应每三位一个，如 1 234.5"
TWO_LINES = "这一格有几行，请只填一个数，写在一行里"
TOO_LONG = "数字过长，小数点前后各最多{}位"


class NumberError(ValueError):
    """The text is not a number; the message says what to do."""


def parse_number(text: str, most: int = MOST_DIGITS) -> Decimal:
    """Parse a number; accepts full-width characters and thousands separators, but no exponents, units or per cent signs.

    A comma or a blank may only separate groups of three digits, so that ``1,5`` and ``1 5`` are questioned and never read as 15.
    At most ``most`` digits before and after the decimal point. Raises ``NumberError``.
    """
    plain = _UNSEEN.sub("", text).strip().removeprefix("'").translate(_TO_ASCII)  # '12.5: the sign by which a sheet marks a text
    plain = re.sub(rf"^([+-]){_BLANK}+", r"\1", plain)
    if _LINE_END.search(plain):
        raise NumberError(TWO_LINES)
    if _BLANK_GROUPS.fullmatch(plain):
        plain = _BLANKS.sub("", plain)
    elif _BLANKS.search(plain) and _BLANKS.sub("", plain).replace(".", "", 1).lstrip("+-").isdigit():
        raise NumberError(BAD_BLANKS)
    if plain.rstrip("万亿千") != plain and plain[:1].isdigit():
        raise NumberError(WORDED)
    if "," in plain:
        if not _GROUPED.fullmatch(plain):
            raise NumberError(BAD_GROUPS if plain.replace(",", "").replace(".", "", 1).isdigit() else NOT_A_NUMBER)
        plain = plain.replace(",", "")
    found = _PLAIN.fullmatch(plain)
    if found is None:
        raise NumberError(NOT_A_NUMBER)
    if max(map(len, found.groups(""))) > most:
        raise NumberError(TOO_LONG.format(most))
    return Decimal(plain)


def is_finite(value: float) -> bool:
    """Whether a number of a cell or a body is neither infinite nor too large for a float (``1E999``, an integer of 400 digits)."""
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def plain(value: Decimal) -> str:
    """Number as text without exponent and trailing zeros: ``70.5``."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text
