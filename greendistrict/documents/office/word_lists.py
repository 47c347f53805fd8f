"""Numbers of lists in a Word document as Word counts and shows them, read from the document's XML."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from greendistrict.core.integers import whole
from greendistrict.core.rounding import chinese

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CIRCLED, STEMS, BRANCHES = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
DIGITAL = dict(zip("0123456789", "〇一二三四五六七八九", strict=True))
LEGAL = str.maketrans("一二三四五六七八九十", "壹贰叁肆伍陆柒捌玖拾")
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
TENS = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
PARTS = (*TENS, (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
LEVELS, WIDEST, MOST = 9, 63, 9999  # levels of a list, columns of a table, numbers of a list


def attribute_of(element: Any, name: str = "val") -> str:
    """An attribute of an element; empty if either is missing."""
    return str(element.get(f"{WORD}{name}", "")) if element is not None else ""


def inner(element: Any, *names: str) -> Any:
    """Element found below an element along the given names; None if it is missing."""
    for name in names:
        element = element.find(f"{WORD}{name}") if element is not None else None
    return element


def number_in(text: str, otherwise: int, most: int = MOST) -> int:
    """An integer of a document, limited to ``most``."""
    return min(whole(text, otherwise), most)


@dataclass(frozen=True)
class ListLevel:
    """Numbering of one level of a list.

    ``is_legal``: numbers of the levels above are shown as digits; ``goes_on``: it begins anew after none of them.
    """

    form: str
    shown: str
    start: int
    is_legal: bool = False
    goes_on: bool = False


class CountedLists:
    """Lists of a document."""

    def __init__(self, root: Any) -> None:
        found = [] if root is None else list(root)
        self.bases = {attribute_of(one, "abstractNumId"): one for one in found if one.tag == f"{WORD}abstractNum"}
        self.styled = {attribute_of(inner(one, "styleLink")): key for key, one in self.bases.items() if inner(one, "styleLink") is not None}
        self.lists = {attribute_of(one, "numId"): one for one in found if one.tag == f"{WORD}num"}
        self.read: dict[str, dict[int, ListLevel]] = {}

    def abstract(self, key: str) -> str:
        """Key of the abstract list that a list is based on; lists with the same one continue each other's numbers."""
        own = attribute_of(inner(self.lists.get(key), "abstractNumId"))
        return self.styled.get(attribute_of(inner(self.bases.get(own), "numStyleLink")), own)

    def restarted(self, key: str) -> set[int]:
        """Levels that restart at the beginning of the list."""
        overrides = self.lists[key].iterfind(f"{WORD}lvlOverride")
        return {number_in(attribute_of(override, "ilvl"), 0) for override in overrides if inner(override, "startOverride") is not None}

    def levels(self, key: str) -> dict[int, ListLevel]:
        """Levels of a list; empty if the document has no such list."""
        if key not in self.read:
            self.read[key] = self._levels(key)
        return self.read[key]

    def _levels(self, key: str) -> dict[int, ListLevel]:
        base = self.bases.get(self.abstract(key))
        levels = {number_in(attribute_of(one, "ilvl"), 0): _level(one) for one in (() if base is None else base.iterfind(f"{WORD}lvl"))}
        for override in self.lists[key].iterfind(f"{WORD}lvlOverride") if levels else ():
            place, own, start = number_in(attribute_of(override, "ilvl"), 0), inner(override, "lvl"), inner(override, "startOverride")
            if own is not None:
                levels[place] = _level(own)
            if start is not None and place in levels:
                levels[place] = replace(levels[place], start=number_in(attribute_of(start), 1))
        return levels


def _level(level: Any) -> ListLevel:
    form, start = attribute_of(inner(level, "numFmt")) or "decimal", inner(level, "start")
    restart, legal = inner(level, "lvlRestart"), inner(level, "isLgl")
    return ListLevel(
        form,
        attribute_of(inner(level, "lvlText")),
        number_in(attribute_of(start), 1) if start is not None else 0,
        is_legal=legal is not None and attribute_of(legal) not in {"0", "false", "off"},
        goes_on=attribute_of(restart) == "0",
    )


def numbering_of(document: Any) -> CountedLists:
    """The lists of a document."""
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415 -- as above

    related = [rel.target_part for rel in document.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.NUMBERING]
    return CountedLists(related[0].element if related else None)


def number_shown(number: int, form: str) -> str:
    """A number in the format of its list."""
    shown = SHOWN.get(form) or next((shown for part, shown in KINDS if part in form), str)
    text = shown(number)
    return text.upper() if form.startswith("upper") else text


def _of_signs(signs: str) -> Callable[[int], str]:
    """Numbers as signs, as digits beyond the last."""
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else str(number)


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _one_by_one(number: int) -> str:
    return "".join(DIGITAL.get(sign, sign) for sign in str(number))


def _roman(number: int) -> str:
    roman, left = "", number
    for value, sign in PARTS:
        while left >= value:
            roman, left = roman + sign, left - value
    return roman


SHOWN: dict[str, Callable[[int], str]] = {
    "none": lambda _: "",
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: str(number).translate(WIDE),
    "decimalEnclosedParen": lambda number: f"({number})",
    "decimalEnclosedFullstop": lambda number: f"{number}.",
    "numberInDash": lambda number: f"- {number} -",
    "ideographTraditional": _of_signs(STEMS),
    "ideographZodiac": _of_signs(BRANCHES),
}
# What others have in their names, the first that fits.
KINDS: tuple[tuple[str, Callable[[int], str]], ...] = (
    ("Circle", _of_signs(CIRCLED)),
    ("egal", lambda number: chinese(number).translate(LEGAL)),
    ("igital", _one_by_one),
    *((part, chinese) for part in ("hinese", "japanese", "ideograph", "aiwanese")),
    ("Letter", _letters),
    ("Roman", _roman),
)
