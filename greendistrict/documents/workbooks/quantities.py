"""Parses numbers with units as people type them: ``1,234``, ``７０``, ``80%``, ``1.2万人``, ``25000m²`` (pure functions).

Each conversion is noted. For a number with two possible meanings the person decides; a number that is ten, a hundred or ten thousand
times too large is reported as a probable mistake.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from greendistrict.core.han_numbers import written_number
from greendistrict.core.number_parsing import NumberError, parse_number, plain
from greendistrict.core.rounding import half_up
from greendistrict.core.unit_names import SIZES, named_unit, normal_cubic_words

SLIPS = (1, 2, 4)
NEAR = Decimal("0.05")  # tolerance for recognising an exact power of ten
_BLANKS = r"\s\u00a0\u2009\u202f\u3000"
_FORM = re.compile(
    rf"^(?P<number>[+\-−－＋]?[\d０-９.．。,，'’{_BLANKS}]*[\d０-９.．。])[{_BLANKS}]*(?P<unit>\D.*)?$", re.DOTALL | re.ASCII
)
AS_TEXT = "文本格式的数字"
MOST_PLACES = 6  # of a converted number that does not end
TRUE_DIGITS = 10  # of a number in a spreadsheet; what sums and products of binary fractions leave lies behind them
LEAST_NOISE, MOST_NOISE = Decimal("1E-12"), Decimal("0.000001")  # =0.1+0.2-0.3 leaves 5.55E-17 of nothing
_RANGE = re.compile(r"^(?:[^\d~～〜\-–—－至到]{1,4}|[hk]?m[2²])?[~～〜\-–—－至到]\s*[\d.０-９．]")
_SUM = re.compile(r"^[+＋*×xX/／÷]\s*[\d.０-９．]")
_WRITTEN = re.compile(r'"[^"]*"|\\.')  # words in a number format
_UNIT_SHOWN = re.compile(r'[^"\\!]*[0#?](?:_.)?\s*(?:"([^"]*)"|((?:\\.)+))[\s_)]*')
_EXPONENT = re.compile(r"^[eE][+-]?\d+$")
_WIDE = re.compile("[０-９．，％－＋。]")
PER_CENT = ("%", "％")
_ODD = (
    (re.compile("[-−－–—]"), "“{}”是负号吗？负号请写在数字前面，不是的请去掉"),
    (re.compile(r"[、，,;；/和及与\s]+[\d０-９].*", re.DOTALL), "这一格有几个数，请只填一个"),
    (re.compile("(?:左右|上下|以上|以下|以内|多|余|不到|起|～|~|[+＋])+"), "“{}”说明不是确定的数，请填一个确定的数"),
    (re.compile(r"[①-⓿❶-❿*＊※†‡#＃^'’“”\"]+|[\[［〔【]\d*[\]］〕】]|[，,；;、。]+"), "数字后面的“{}”请去掉，只填数字"),
    (re.compile(r"[(（].*[)）]", re.DOTALL), "数字后面的“{}”请去掉，只填数字"),
)


@dataclass(frozen=True)
class NumberReading:
    """One possible value of a cell, and how it was interpreted."""

    value: str
    note: str = ""


class QuantityError(ValueError):
    """The cell cannot be read as the expected number; the message says what to do."""


def read_number(number: Decimal, unit: str, form: str = "") -> list[NumberReading]:
    """Possible values of a number cell with its number format; if there are several, the person must choose. Raises ``QuantityError``."""
    if not is_percent(form):
        said = unit_shown(form)
        return [_with_unit(number, said, unit, [f"格式带单位“{said}”"])] if said else _maybe_share(number, unit, [])
    if unit != "%":
        msg = f"这一格是百分比格式，但单位是“{unit or '无'}”，请把格式改为常规后重填"
        raise QuantityError(msg)
    read = plain(number * 100)
    return [NumberReading(read, f"百分比格式，识别为{read}（%）")]


def read_text(text: str, unit: str) -> list[NumberReading]:
    """Possible values of a number in text; if there are several, the person must choose. Raises ``QuantityError``."""
    typed = text.strip()
    written = written_number(typed)
    behind = named_unit(written[1].strip()) if written else None
    if written and behind and (behind.is_known or behind.name in {"", named_unit(unit).name}):  # 一半 is no number
        digits, rest = written
        read = f"“{typed.removesuffix(rest)}”识别为{digits}"
        return [NumberReading(one.value, one.note.replace(AS_TEXT, read, 1)) for one in read_text(f"{digits}{rest}", unit)]
    found = _FORM.match(typed)
    said = (found["unit"] or "").strip() if found else ""
    if found and _EXPONENT.match(said):
        msg = "不要用科学计数法，请写出全部数字"
        raise QuantityError(msg)
    if _RANGE.match(said):
        msg = f"“{typed}”是一个范围，请填一个数"
        raise QuantityError(msg)
    if _SUM.match(said):
        msg = f"“{typed}”是算式，请填算出的数"
        raise QuantityError(msg)
    try:
        number = parse_number(found["number"] if found else typed)
    except NumberError as error:
        raise QuantityError(str(error)) from error
    notes = [AS_TEXT, *(["全角数字已转为半角"] if _WIDE.search(typed) else [])]
    notes += ["已去掉千位分隔"] if "," in typed or "，" in typed else []
    if not said:
        return _maybe_share(number, unit, notes)
    return [_with_unit(number, said, unit, notes)]


def unit_behind(text: str) -> str | None:
    """What stands behind the number of a text, which may be written in Chinese; None where no number begins it."""
    written, found = written_number(text.strip()), _FORM.match(text.strip())
    if written is None and found is None:
        return None
    return (written[1] if written else (found["unit"] if found else "") or "").strip()


def parted(text: str) -> tuple[str, str]:
    """The number of a text and what stands behind it, both as typed; a text that does not begin with a number is all number."""
    found = _FORM.match(text.strip())
    return (found["number"], (found["unit"] or "").strip()) if found else (text, "")


def is_percent(form: str) -> bool:
    """Whether a number format shows a number as a percentage: 0.85 as 85%, but not 85 with a % written behind it."""
    return "%" in _WRITTEN.sub("", form)


def unit_shown(form: str) -> str:
    """The unit that a number format writes behind a number; empty for none, and where the number is shown divided (``0!.0,"万"``)."""
    found = _UNIT_SHOWN.fullmatch(form.partition(";")[0].strip())
    said = (found[1] or found[2].replace("\\", "")).strip(" ()（）") if found else ""
    return said if (known := named_unit(said)).is_known or (said and not known.name) else ""


def _maybe_share(number: Decimal, unit: str, notes: Iterable[str]) -> list[NumberReading]:
    """A number of at most 1 in a percentage field may be a share, so both readings are offered."""
    plainly = NumberReading(plain(number), "；".join(notes))
    if unit != "%" or not 0 < abs(number) <= 1:
        return [plainly]
    share = plain(number * 100)
    return [NumberReading(share, f"{plain(number)}是比例，识别为{share}%"), NumberReading(plain(number), f"就是{plain(number)}%")]


def _with_unit(number: Decimal, said: str, unit: str, notes: list[str]) -> NumberReading:
    """Number followed by a unit, converted to the field's unit."""
    if said in PER_CENT and unit == "%":
        return NumberReading(plain(number), "；".join([*notes, f"已去掉“{said}”"]))
    (mine, own, root), (theirs, wanted_own, wanted) = _scaled(said), _scaled(unit)
    if (mine, own, root) == (theirs, wanted_own, wanted):
        return NumberReading(plain(number), "；".join([*notes, f"已去掉单位“{said}”"]))
    bare = not root and mine  # “1.2万” where the unit is 人 or 万m²
    if (root == wanted or bare) and unit != "%":
        times = mine / theirs if bare else mine * own / (theirs * wanted_own)
        read = _times(number, times)
        return NumberReading(read, "；".join([*notes, f"“{plain(number)}{said}”识别为{read}{unit}"]))
    msg = odd_words(said) or normal_cubic_words(said) or f"单位应为“{unit or '无'}”，这里写的是“{said}”，请换算后只填数字"
    raise QuantityError(msg)


def odd_words(said: str) -> str:
    """What is wrong with something that stands behind a number and is no unit; empty for what could be one."""
    return next((words.format(said) for form, words in _ODD if form.fullmatch(said)), "")


def _scaled(unit: str) -> tuple[Fraction, Fraction, str]:
    """What is written before the unit, its size in the base unit, and that: 万m² → (10000, 1, m2), 公顷 → (1, 10000, m2)."""
    found = named_unit(unit)
    size, base = SIZES.get(found.name, (Fraction(1), found.name))
    return Fraction(found.scale), size, base


def _times(number: Decimal, times: Fraction) -> str:
    """A number times a fraction, exact if it ends within the places kept."""
    exact = Fraction(number) * times
    places = Decimal(exact.numerator) / Decimal(exact.denominator)
    return plain(places if Fraction(places) == exact else half_up(places, MOST_PLACES))


def is_noise(number: Decimal, kept: Decimal) -> bool:
    """Whether a number differs from what is ``kept`` of it by no more than a spreadsheet's binary fractions do (2.5000000001)."""
    apart = abs(number - kept)
    return apart <= max(abs(kept).scaleb(-TRUE_DIGITS), LEAST_NOISE) and apart < MOST_NOISE


def without_noise(number: Decimal, places: int) -> Decimal:
    """A number with so many decimals if those behind them are noise; else the number."""
    kept = half_up(number, places)
    return kept if kept != number and is_noise(number, kept) else number


def rounded_words(number: Decimal, kept: Decimal, places: int) -> str:
    """That a number has more decimals than are kept of it; empty where it has not."""
    how = f"保留{places}位小数" if places else "取整数"
    return "" if number == kept else f"{plain(number)} 按{plain(kept)}读取（{how}）"


def too_large(number: Decimal, unit: str, fits: Callable[[Decimal], bool]) -> str:
    """Probable mistake that explains a number outside the limits, with the intended value; empty if there is none."""
    scale, size, root = _scaled(unit)
    if (times := scale * size) != 1 and fits(meant := Decimal(_times(number, 1 / times))):
        return f"如果填的是{root.replace('m2', 'm²').replace('m3', 'm³')}，应为{plain(meant)}{unit}"
    for slip in SLIPS[1:]:
        if fits(meant := number.scaleb(-slip)):
            return f"可能多了{10**slip}倍，那样应为{plain(meant)}{unit}"
    return ""


def slipped(number: Decimal, before: Decimal, unit: str) -> str:
    """The power of ten between a number and the previous one, with the corrected value, in words; empty if there is none."""
    if not number or not before:
        return ""
    for slip in SLIPS:
        for shift, words in ((slip, f"约为现存的{10**slip}倍"), (-slip, f"约为现存的1/{10**slip}")):
            if abs(number / before.scaleb(shift) - 1) <= NEAR:
                return f"{words}，请核对单位和小数点，可能应为{plain(number.scaleb(-shift))}{unit}"
    return ""
