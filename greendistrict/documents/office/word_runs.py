"""Runs of a Word document whose look changes what they say: struck out, hidden, raised."""

import re
from typing import Any

from greendistrict.documents.office.word_lists import attribute_of, inner

OFF = {"0", "false", "off"}
STRUCK = ("strike", "dstrike")
STRUCK_OUT, RAISED_WORDS, AS_POWER = "删除线（按保留文字处理）", "上标（按普通文字处理）", "上标（写作^）"
RAISED = str.maketrans("1234", "¹²³⁴")  # 10² read as 102 is another number; the fonts of papers have no others
POWER = re.compile(r"[-+−]?\d+", re.ASCII)


def is_marked(run: Any, name: str) -> bool:
    """Whether a property of a run is on."""
    mark = inner(run, "rPr", name)
    return mark is not None and attribute_of(mark) not in OFF


def shown_in(run: Any, text: str) -> tuple[str, list[str]]:
    """Text of a run as its look is meant, and what is said of that."""
    said = [STRUCK_OUT] if any(is_marked(run, name) for name in STRUCK) else []
    if attribute_of(inner(run, "rPr", "vertAlign")) != "superscript":
        return text, said
    if not text.strip() or set(text) <= set("1234"):
        return text.translate(RAISED), said
    return (f"^{text}", [*said, AS_POWER]) if POWER.fullmatch(text) else (text, [*said, RAISED_WORDS])
