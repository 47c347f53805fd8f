"""Integers read from requests (versions, keys, counts; views never call ``int`` on input), and several written as ranges."""

import re
from collections.abc import Iterable
from typing import TypeVar, overload

T = TypeVar("T")
MOST = 2**63 - 1  # PostgreSQL's bigint, the type of every key
_DIGITS = re.compile(r"[0-9]{1,19}")


@overload
def whole(text: str | None) -> int | None: ...
@overload
def whole(text: str | None, default: T) -> int | T: ...
def whole(text: str | None, default: T | None = None) -> int | T | None:
    """Integer of ASCII digits that fits a column; ``default`` for everything else (``²``, a sign, 5,000 digits, nothing)."""
    if text is None or not _DIGITS.fullmatch(text):
        return default
    number = int(text)
    return number if number <= MOST else default


def spans(numbers: Iterable[int], joint: str = "-", between: str = ",") -> str:
    """Ascending numbers as text of ranges: ``1-5,8``."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return between.join(str(first) if first == last else f"{first}{joint}{last}" for first, last in found)
