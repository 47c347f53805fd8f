"""Numbers of lists in a Word document as Word counts and shows them, read from the document's XML."""

from dataclasses import dataclass
from typing import Any

from greendistrict.core.integers import whole
from greendistrict.core.rounding import chinese

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
CIRCLED, PARTS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
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
    """Numbering of one level of a list."""

    form: str
    shown: str
    start: int


class CountedLists:
    """Lists of a document."""

    def __init__(self, root: Any) -> None:
        found = [] if root is None else list(root)
        self.bases = {attribute_of(one, "abstractNumId"): one for one in found if one.tag == f"{WORD}abstractNum"}
        self.lists = {attribute_of(one, "numId"): one for one in found if one.tag == f"{WORD}num"}
        self.read: dict[str, dict[int, ListLevel]] = {}

    def abstract(self, key: str) -> str:
        """Key of the abstract list that a list is based on; lists with the same one continue each other's numbers."""
        return attribute_of(inner(self.lists.get(key), "abstractNumId"))

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
                levels[place] = ListLevel(levels[place].form, levels[place].shown, number_in(attribute_of(start), 1))
        return levels


def _level(level: Any) -> ListLevel:
    form, start = attribute_of(inner(level, "numFmt")) or "decimal", inner(level, "start")
    return ListLevel(form, attribute_of(inner(level, "lvlText")), number_in(attribute_of(start), 1) if start is not None else 0)


def numbering_of(document: Any) -> CountedLists:
    """The lists of a document."""
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415 -- as above

    related = [rel.target_part for rel in document.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.NUMBERING]
    return CountedLists(related[0].element if related else None)


def number_shown(number: int, form: str) -> str:
    """A number in the format of its list."""
    if "Circle" in form:
        return CIRCLED[number - 1] if 0 < number <= len(CIRCLED) else str(number)
    if "hinese" in form or "japanese" in form or "ideograph" in form or "aiwanese" in form:
        return chinese(number)
    if "Letter" in form:
        letter = chr(ord("a") + (number - 1) % 26)
        return letter.upper() if form.startswith("upper") else letter
    if "Roman" in form:
        roman, left = "", number
        for value, sign in PARTS:
            while left >= value:
                roman, left = roman + sign, left - value
        return roman.upper() if form.startswith("upper") else roman
    return str(number)
