"""Units as offices write them, by the one name that the portal uses, and the powers of ten written before them (pure functions)."""

import re
from fractions import Fraction
from typing import NamedTuple
from unicodedata import normalize

# Each name of a unit with the other ways to write it; upper and lower case, full width, blanks and superscripts make no difference.
NAMES: dict[str, tuple[str, ...]] = {
    "Wh": ("瓦时",),
    "kWh": ("度", "度电", "千瓦时", "千瓦小时", "千瓦·时", "kw.h", "kw·h", "kw-h", "kw*h"),
    "MWh": ("兆瓦时", "mw.h", "mw·h"),
    "GWh": ("吉瓦时", "gw.h", "gw·h"),
    "kJ": ("千焦", "千焦耳"),
    "MJ": ("兆焦", "兆焦耳"),
    "GJ": ("吉焦", "吉焦耳", "百万千焦"),
    "TJ": ("太焦", "太焦耳"),
    "tce": ("吨标煤", "吨标准煤", "吨煤当量"),
    "kgce": ("千克标煤", "公斤标煤", "千克标准煤", "公斤标准煤"),
    "t": ("吨", "公吨", "ton"),
    "kg": ("千克", "公斤"),
    "g": ("克",),
    "m3": ("立方米", "立方", "方", "立米", "m^3", "cbm"),
    "Nm3": ("标方", "标立方", "标立方米", "标准方", "标准立方", "标准立方米", "标况立方米", "n立方米", "nm^3"),
    "L": ("升", "公升"),
    "m2": ("平方米", "平米", "平方", "m^2", "sqm"),
    "公顷": ("ha", "hm2", "hm^2", "公頃"),
    "亩": ("市亩", "畝"),
    "km2": ("平方公里", "平方千米", "km^2"),
    "m": ("米",),
    "km": ("公里", "千米"),
    "元": ("人民币", "rmb", "cny"),
}
SCALES = {"百万": 10**6, "千万": 10**7, "十万": 10**5, "万": 10**4, "亿": 10**8, "千": 10**3}
# What each is in the base unit of its kind. 1亩 = 1/15公顷; 1 tce = 29.3076 GJ stays with the factors, where energy is converted. A cubic
# metre at 0 °C (Nm3) is no m3: gas is billed at 20 °C (GB/T 19205), and nobody knows which of them a text means.
SIZES: dict[str, tuple[Fraction, str]] = {
    "m2": (Fraction(1), "m2"), "公顷": (Fraction(10**4), "m2"), "亩": (Fraction(10**4, 15), "m2"), "km2": (Fraction(10**6), "m2"),
    "m": (Fraction(1), "m"), "km": (Fraction(1000), "m"),
    "Wh": (Fraction(1, 1000), "kWh"), "kWh": (Fraction(1), "kWh"), "MWh": (Fraction(1000), "kWh"), "GWh": (Fraction(10**6), "kWh"),
    "kJ": (Fraction(1, 10**6), "GJ"), "MJ": (Fraction(1, 1000), "GJ"), "GJ": (Fraction(1), "GJ"), "TJ": (Fraction(1000), "GJ"),
    "tce": (Fraction(1), "tce"), "kgce": (Fraction(1, 1000), "tce"),
    "t": (Fraction(1), "t"), "kg": (Fraction(1, 1000), "t"), "g": (Fraction(1, 10**6), "t"),
    "m3": (Fraction(1), "m3"), "Nm3": (Fraction(1), "Nm3"), "L": (Fraction(1, 1000), "m3"),
    "元": (Fraction(1), "元"),
}  # fmt: skip
NORMAL_CUBIC = "“{}”一般指0℃下的立方米，天然气账单按20℃计，两者不直接换算；账单上的量请把单位改为m3，确是0℃的请换算后填写"
_BLANKS = re.compile(r"[\s\u200b\ufeff]+")


class NamedUnit(NamedTuple):
    """``scale`` is the power of ten written before the unit: 万m² is (10000, m2). An unknown unit has its folded text as ``name``."""

    scale: int
    name: str
    is_known: bool


def _folded(text: str) -> str:
    return _BLANKS.sub("", normalize("NFKC", text)).lower()


_BY_WORD = {_folded(word): name for name, words in NAMES.items() for word in (name, *words)}


def named_unit(text: str) -> NamedUnit:
    """The unit that a text names: ``万度`` is 10,000 kWh, ``hm²`` is 公顷. The text of a scale alone (``万``) has an empty name."""
    folded = _folded(text)
    if folded in _BY_WORD:
        return NamedUnit(1, _BY_WORD[folded], is_known=True)
    for word, scale in SCALES.items():
        rest = folded.removeprefix(word)
        if rest != folded:
            return NamedUnit(scale, _BY_WORD.get(rest, rest), is_known=rest in _BY_WORD)
    return NamedUnit(1, folded, is_known=False)


def normal_cubic_words(text: str) -> str:
    """Why a unit of gas at 0 °C is not read as m3; empty for any other unit. That of a factor stands behind its stroke."""
    return NORMAL_CUBIC.format(text) if named_unit(text.rpartition("/")[2]).name == "Nm3" else ""
