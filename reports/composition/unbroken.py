"""What never breaks across lines: numbers with their unit, dates, numbers of matters, references to clauses (pure)."""

import re
from collections.abc import Iterable, Iterator

from django.utils.html import format_html, format_html_join

from greendistrict.core.marked_text import MarkedText

UNITS = (
    *("kgCO₂e/(m²·a)", "kgCO₂e/m²", "kgCO₂e", "tCO₂e", "tCO₂", "万kWh", "kWh", "MWh", "万m²", "万m³", "km²", "m²", "m³", "kg", "ha"),
    *(
        "平方公里",
        "公顷",
        "公里",
        "万元",
        "亿元",
        "万人",
        "个工作日",
        "工作日",
        "项次",
        "次",
        "个",
        "项",
        "分",
        "天",
        "日",
        "月",
        "年",
        "件",
        "条",
    ),
    *("人", "元", "米", "页", "级", "版", "％", "%", "‰"),
)
HAN = "一二三四五六七八九十"
KEPT = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日"
    r"|(?<![A-Za-z0-9])[A-Z]{1,6}(?:-\d+)+(?![A-Za-z0-9-])"
    rf"|[{HAN}]（[{HAN}]）\d?"
    r"|〔\d{4}〕\d+号|(?<![\d/])\d+ ?/ ?\d+(?![\d/])"
    r"|(?<![A-Za-z0-9.,])[+−-]?\d[\d,.]*(?<![,.])"
    rf"(?: ?(?:{'|'.join(map(re.escape, UNITS))}))?(?![A-Za-z0-9])"
)
UNIT = re.compile(r"（[^（）]{1,12}(?:\([^（）]{1,8}\))?）$")
LONGEST = 24  # characters that are held together
HAN_WIDE, LATIN_WIDE, DIGIT_WIDE = 4.5, 2.75, 2.25  # mm in a table that stands upright
LAST_LATIN = "\u02af"


def kept_in(line: str) -> Iterator[str]:
    """Parts of a line that do not break."""
    yield from (found for found in KEPT.findall(line) if 1 < len(found) <= LONGEST)


def wide(text: str) -> float:
    """Estimated width in mm."""
    return sum(DIGIT_WIDE if sign.isdigit() else LATIN_WIDE if sign <= LAST_LATIN else HAN_WIDE for sign in text)


def held(line: str, room: float, *, head: bool = False) -> str:
    """The line as mark-up in which these parts do not break, as far as they fit into ``room`` mm; of a ``head`` its unit as well."""
    if isinstance(line, MarkedText):
        return line
    spans = [found.span() for found in (UNIT if head else KEPT).finditer(line) if 1 < len(found[0]) <= LONGEST and wide(found[0]) <= room]
    if not spans:
        return line
    starts = [0, *(end for _, end in spans)]
    parts = ((line[start:begin], line[begin:end]) for start, (begin, end) in zip(starts, spans, strict=False))
    return format_html("{}{}", format_html_join("", '{}<span class="k">{}</span>', parts), line[starts[-1] :])


def room_for(lines: Iterable[str]) -> float:
    """Width of the widest part that does not break."""
    return max((wide(part) for line in lines for part in kept_in(line)), default=0.0)
