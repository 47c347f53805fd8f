"""Runs of a Word document whose look changes what they say: struck out, hidden, raised."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from greendistrict.documents.office.word_lists import attribute_of, inner, number_in

OFF = {"0", "false", "off"}
HIGH = 4  # half points above the line
STRUCK = ("strike", "dstrike")
STRUCK_OUT, RAISED_WORDS, AS_POWER = "删除线（按保留文字处理）", "上标（按普通文字处理）", "上标（写作^）"
PLACED_POWER, PLACED_WORDS = "位置提升的数字（按上标处理）", "位置提升的文字（按普通文字处理）"
RAISED = str.maketrans("1234", "¹²³⁴")  # 10² read as 102 is another number; the fonts of papers have no others
POWER = re.compile(r"(\s*)([-+−–‑－]?\d+)(\s*|[\s\[［【〔(（].*)", re.ASCII | re.DOTALL)  # m² may be followed by a mark such as [1]


class Rise(IntEnum):
    """How a run stands above the line: not, placed there (as smaller text is to be centred, too), or as a superscript."""

    NONE, PLACED, SUPERSCRIPT = range(3)


def is_marked(run: Any, name: str) -> bool:
    """Whether a run has a property by itself."""
    return is_on(inner(run, "rPr", name))


def is_on(mark: Any) -> bool:
    """Whether a mark is there and not off."""
    return mark is not None and attribute_of(mark) not in OFF


@dataclass(frozen=True)
class RunLooks:
    """How the runs of a paragraph look: by themselves, by their own style, or by those of the paragraph (nearest first)."""

    styles: Mapping[str, Any] = field(default_factory=dict)
    paragraph: Sequence[Any] = ()

    def _found(self, run: Any, name: str) -> Any:
        own = self._own(run, name)
        return own if own is not None else _mark_in(self.paragraph, name)

    def _own(self, run: Any, name: str) -> Any:
        """A property that a run has whatever paragraph it stands in."""
        own = inner(run, "rPr", name)
        return own if own is not None else _mark_in(chain(self.styles, attribute_of(inner(run, "rPr", "rStyle"))), name)

    def is_on(self, run: Any, name: str) -> bool:
        """Whether a property of a run is on."""
        return is_on(self._found(run, name))

    def rise(self, run: Any) -> Rise:
        """How a run stands above the line. A paragraph placed higher as a whole has no superscript."""
        if attribute_of(self._found(run, "vertAlign")) == "superscript":
            return Rise.SUPERSCRIPT
        return Rise.PLACED if number_in(attribute_of(self._own(run, "position")), 0) >= HIGH else Rise.NONE

    def is_mark_gone(self, about: Any) -> bool:
        """Whether the mark of a paragraph (with properties ``about``) is deleted, moved away or hidden."""
        return any(inner(about, "rPr", name) is not None for name in ("del", "moveFrom")) or self.is_on(about, "vanish")

    def struck_out(self, run: Any) -> list[str]:
        """What is said of a run that is struck out."""
        return [STRUCK_OUT] if any(self.is_on(run, name) for name in STRUCK) else []


def _mark_in(styles: Iterable[Any], name: str) -> Any:
    return next((mark for style in styles if (mark := inner(style, "rPr", name)) is not None), None)


def chain(styles: Mapping[str, Any], key: str) -> Iterator[Any]:
    """A style and the styles it is based on."""
    seen = set[str]()
    while key in styles and key not in seen:
        seen.add(key)
        yield styles[key]
        key = attribute_of(inner(styles[key], "basedOn"))


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


def shown_placed(text: str, before: str) -> tuple[str, list[str]]:
    """Text placed above the line, which is a power only if a sign stands directly before it, and what is said of it: always something.

    第12条 with centred digits cannot be told from a power.
    """
    if not text.strip():
        return text, []
    shown, said = shown_raised(text) if before[-1:].strip() and text[:1].strip() else (text, [])
    return shown, (said or [PLACED_POWER]) if shown != text else [PLACED_WORDS]
