"""Runs of a Word document whose look changes what they say: struck out, hidden, raised."""

import re
from typing import Any

from greendistrict.documents.office.word_lists import attribute_of, inner

OFF = {"0", "false", "off"}
STRUCK = ("strike", "dstrike")
STRUCK_OUT, RAISED_WORDS, AS_POWER = "删除线（按保留文字处理）", "上标（按普通文字处理）", "上标（写作^）"
RAISED = str.maketrans("1234", "¹²³⁴")  # 10² read as 102 is another number; the fonts of papers have no others
POWER = re.compile(r"(\s*)([-+−–‑－]?\d+)(\s*|[\s\[［【〔(（].*)", re.ASCII | re.DOTALL)  # m² may be followed by a mark such as [1]


def is_marked(run: Any, name: str) -> bool:
    """Whether a property of a run is on."""
    mark = inner(run, "rPr", name)
    return mark is not None and attribute_of(mark) not in OFF


def is_raised(run: Any) -> bool:
    """Whether a run is a superscript."""
    return attribute_of(inner(run, "rPr", "vertAlign")) == "superscript"


def struck_out(run: Any) -> list[str]:
    """What is said of a run that is struck out."""
    return [STRUCK_OUT] if any(is_marked(run, name) for name in STRUCK) else []


def shown_raised(text: str) -> tuple[str, list[str]]:
    """A whole superscript as it is meant, and what is said of that. Word may hold it in several runs, such as 1 and 0 of 10¹⁰."""
    found = POWER.fullmatch(text)
    if not found:
        return text, [RAISED_WORDS] if text.strip() else []
    before, power, mark = found.groups()
    said = [RAISED_WORDS] if mark.strip() else []
    if set(power) <= set("1234"):
        return f"{before}{power.translate(RAISED)}{mark}", said
    return f"{before}^{power}{mark}", [AS_POWER, *said]
