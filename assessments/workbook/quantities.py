"""What a person may write where a number with a unit is wanted: ``1,234``, ``７０``, ``80%``, ``1.2万人``. Pure.

Nothing is guessed in silence: each step of reading is noted, and what can mean two things is asked.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from greendistrict.core.figures import NumberError, parse_number
from indicators.scoring.numbers import plain

SCALES = {"万": 4, "亿": 8}
_FORM = re.compile(r"^(?P<number>[+\-−－＋]?[\d０-９.．。,，'’\s]*[\d０-９.．。])\s*(?P<unit>\D.*)?$", re.DOTALL | re.ASCII)
_EXPONENT = re.compile(r"^[eE][+-]?\d+$")
_WIDE = re.compile("[０-９．，％－＋。]")
PER_CENT = ("%", "％")


@dataclass(frozen=True)
class Reading:
    """One way to read a cell, and how it was read."""

    value: str
    note: str = ""


class QuantityError(ValueError):
    """The cell cannot be read as the number wanted; the text says what to do."""


def read_number(number: Decimal, unit: str, *, as_percent: bool) -> list[Reading]:
    """Ways to read a number cell; more than one must be asked. Raises ``QuantityError``."""
    if not as_percent:
        return _maybe_share(number, unit, [])
    if unit != "%":
        msg = f"这一格是百分比格式，但单位是“{unit or '无'}”，请把格式改为常规后重填"
        raise QuantityError(msg)
    read = plain(number * 100)
    return [Reading(read, f"百分比格式，识别为{read}（%）")]


def read_text(text: str, unit: str) -> list[Reading]:
    """Ways to read a number that stands as text; more than one must be asked. Raises ``QuantityError``."""
    typed = text.strip()
    found = _FORM.match(typed)
    said = (found["unit"] or "").strip() if found else ""
    if found and _EXPONENT.match(said):
        msg = "不要用科学计数法，请写出全部数字"
        raise QuantityError(msg)
    try:
        number = parse_number(found["number"] if found else typed)
    except NumberError as error:
        raise QuantityError(str(error)) from error
    notes = ["文本格式的数字", *(["全角数字已转为半角"] if _WIDE.search(typed) else [])]
    notes += ["已去掉千位分隔"] if "," in typed or "，" in typed else []
    if not said:
        return _maybe_share(number, unit, notes)
    return [_with_unit(number, said, unit, notes)]


def _maybe_share(number: Decimal, unit: str, notes: Iterable[str]) -> list[Reading]:
    """A number of at most 1 in a field of per cent may be a share: both are offered."""
    plainly = Reading(plain(number), "；".join(notes))
    if unit != "%" or not 0 < abs(number) <= 1:
        return [plainly]
    share = plain(number * 100)
    return [Reading(share, f"{plain(number)}是比例，识别为{share}%"), Reading(plain(number), f"就是{plain(number)}%")]


def _with_unit(number: Decimal, said: str, unit: str, notes: list[str]) -> Reading:
    """Number with a unit behind it, in the field's unit."""
    if said in PER_CENT and unit == "%":
        return Reading(plain(number), "；".join([*notes, f"已去掉“{said}”"]))
    (mine, root), (theirs, wanted) = _scaled(said), _scaled(unit)
    if root == wanted and mine == theirs:
        return Reading(plain(number), "；".join([*notes, f"已去掉单位“{said}”"]))
    bare = not root and mine  # “1.2万” where the unit is 人 or 万m²
    if (root == wanted or bare) and unit != "%":
        shift = 0 if bare and theirs else mine - theirs
        read = plain(number.scaleb(shift))
        return Reading(read, "；".join([*notes, f"“{plain(number)}{said}”识别为{read}{unit}"]))
    msg = f"单位应为“{unit or '无'}”，这里写的是“{said}”，请换算后只填数字"
    raise QuantityError(msg)


def _scaled(unit: str) -> tuple[int, str]:
    """Power of ten and the rest of a unit: 万m² → (4, m2)."""
    text = unicodedata.normalize("NFKC", unit).replace(" ", "").lower()
    power = SCALES.get(text[:1], 0)
    return power, text[1:] if power else text
