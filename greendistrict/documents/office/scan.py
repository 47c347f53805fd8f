"""Reads one XML part of an office file with expat through defusedxml (no DTD, no entities): what it holds is decided by local names.

Prefixes, quotes, character references, encodings and CDATA are resolved by the parser. What Word ignores under another namespace, in the
branch of an alternative it does not take, or as a tracked change cannot hide a piece of a field.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple, NoReturn

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from greendistrict.documents.office.field_codes import ELSEWHERE, field_hazard, formula_hazard, harmless_address
from greendistrict.documents.office.kinds import ELEMENTS

MAX_ELEMENTS = 2_500_000  # of a package: about a second of processor time
MAX_NAMES = 5_000  # different names of elements in a part
MAX_TEXT = 1_000_000  # characters of one field or formula
CHUNK = 256 * 1024
FORMULAS = frozenset({"f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula", "totalsRowFormula", "oldFormula"})
MACRO_LINKS = frozenset({"FmlaMacro", "FmlaLink", "FmlaRange", "FmlaGroup", "FmlaTxbx", "FmlaPict"})
FORMULA_ATTRIBUTES = frozenset({"formula", "fmlaLink", "fmlaRange", "fmlaGroup", "fmlaTxbx", "macro", "textlink", "fmlaMacro"})
CODES = frozenset({"instrText", "delInstrText"})
ADDRESSES = frozenset({"src", "href", "althref"})
OPEN, STRICT = "http://schemas.openxmlformats.org", "http://purl.oclc.org/ooxml"
WORD_SPACES = frozenset(
    {
        f"{OPEN}/wordprocessingml/2006/main",
        f"{OPEN}/officeDocument/2006/math",
        f"{OPEN}/markup-compatibility/2006",
        f"{STRICT}/wordprocessingml/main",
        f"{STRICT}/officeDocument/math",
    }
)
QUIET = frozenset({"c", "v", "row", "t", "si", "x", "s", "n", "i", "xf", "col"})  # most of a workbook; no attribute of theirs matters
OWN_BOOK, BOOK = re.compile(r"\[0\]!"), re.compile(r"'(?:[^']|'')*'|\[[^\[\]]*\]")
FETCHING_STYLE = re.compile(r"url\(\s*(?!['\"]?\s*#)|@import|expression\s*\(|-moz-binding", re.IGNORECASE)
INLINE_PICTURE = re.compile(r"data:image/(?:png|jpe?g|gif|bmp|webp)[;,]", re.IGNORECASE)
UNREADABLE = "无法辨认的内容"


class Hazard(Exception):  # noqa: N818 -- a finding, raised to end the parser
    """Forbidden content, in words."""


def forbid(words: str) -> NoReturn:
    """Raise ``Hazard``."""
    raise Hazard(words) from None


class Use(NamedTuple):
    """How an element refers to a relation. ``is_removable``: what it shows stays when the reference is taken away."""

    element: str
    attribute: str
    is_removable: bool


class _Standing(NamedTuple):
    """Where an element stands: branch of an alternative, paragraph, tracked change, and whether Word may ignore it."""

    branch: int = 0
    paragraph: int = 0
    change: str = ""
    foreign: bool = False


@dataclass
class _CodedField:
    place: _Standing
    pieces: list[tuple[str, str]] = field(default_factory=list)
    nested: bool = False
    is_shown: bool = False  # past the separator: what follows is its result


@dataclass
class _Shown:
    """An object with the picture that stands for it."""

    depth: int
    has_picture: bool = False
    ids: list[str] = field(default_factory=list)


class Budget:
    """Elements that a package may still have."""

    def __init__(self) -> None:
        self.left = MAX_ELEMENTS


@dataclass
class PartScan:
    """Scans one part; raises ``Hazard``. ``uses``: references to relations by their id."""

    budget: Budget
    is_sheet: bool = False  # part of a workbook, or a chart: formulas and no fields, quick
    is_chart: bool = False  # its formulas only say where its figures came from
    is_picture: bool = False  # SVG
    is_data: bool = False  # customXml: names of its own, of which only data mashups matter
    uses: dict[str, list[Use]] = field(default_factory=dict)
    _names: dict[str, tuple[str, str, Callable[[str], None] | None]] = field(default_factory=dict)
    _places: list[_Standing] = field(default_factory=lambda: [_Standing()])
    _fields: list[_CodedField] = field(default_factory=list)
    _objects: list[_Shown] = field(default_factory=list)
    _text: list[str] | None = None
    _depth: int = 0
    _done: Callable[[str], None] | None = None
    _count: int = 0

    def read(self, stream: IO[bytes], head: bytes = b"") -> None:
        """Parse a part to its end. Raises ``Hazard``, also for a part that is not well-formed, and what ``archives.opened`` converts."""
        reader = DefusedXMLParser(target=object(), forbid_dtd=True)
        self._parser: Any = reader.parser
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = None if self.is_sheet else self._end
        self._parser.CharacterDataHandler = self._parser.DefaultHandlerExpand = None
        self._parser.ProcessingInstructionHandler = _instruction
        self._parser.ordered_attributes, self._parser.buffer_text = True, True
        try:
            reader.feed(head)
            while chunk := stream.read(CHUNK):
                reader.feed(chunk)
            reader.close()
        except (DefusedXmlException, ParseError, LookupError, ValueError, RecursionError):
            forbid(UNREADABLE)
        finally:
            self._parser = None
        for left in self._fields:
            _judge(left)

    def _start(self, tag: str, attributes: list[str]) -> None:
        self.budget.left -= 1
        if self.budget.left < 0:
            forbid("过多的内容")
        if tag in self._names:
            space, name, judge = self._names[tag]
        else:
            space, name, judge = self._new_name(tag)
        if not self.is_sheet:
            self._places.append(self._place(space, name))
        if self._text is not None:
            self._depth += 1
        elif judge:
            # Collect the text of this element, to be judged at its end.
            self._text, self._depth, self._done = [], 1, judge
            self._parser.CharacterDataHandler = self._characters
            self._parser.EndElementHandler = self._end
        if attributes and not (self.is_sheet and name in QUIET):
            self._attributes(name, attributes)
        if not self.is_sheet:
            self._enter(name, attributes)

    def _new_name(self, tag: str) -> tuple[str, str, Callable[[str], None] | None]:
        space, _, name = tag.rpartition("}")
        if len(self._names) >= MAX_NAMES:
            forbid(UNREADABLE)
        label = ELEMENTS.get(name, "") if not self.is_data or name in {"DataMashup", "customUI"} else ""
        if label:
            forbid(label)
        self._names[tag] = space, name, self._judge_of(space, name)
        return self._names[tag]

    def _judge_of(self, space: str, name: str) -> Callable[[str], None] | None:
        """What judges the text of such elements."""
        if self.is_picture:
            return _judge_style if name == "style" else None
        if name in MACRO_LINKS or (self.is_sheet and name in FORMULAS and not space.endswith("/math")):
            return _judge_reference if self.is_chart else _judge_formula
        return self._code if name in CODES and not (self.is_data or self.is_sheet) else None

    def _attributes(self, name: str, attributes: list[str]) -> None:
        for key, value in zip(attributes[::2], attributes[1::2], strict=True):
            space, _, word = key.rpartition("}")
            if space.endswith("/relationships"):
                self._refers(name, word, value, attributes)
            elif word in FORMULA_ATTRIBUTES and value:
                _judge_formula(value)
            elif self.is_picture:
                _judge_picture(word, value)
            elif word in ADDRESSES and value and not self.is_data:
                _judge_address(word, value)

    def _refers(self, name: str, word: str, value: str, attributes: list[str]) -> None:
        if name in {"OLEObject", "objectEmbed"} and self._objects:
            self._objects[-1].ids.append(value)
            return
        linked = word in {"link", "href"} and any(key.endswith(("/relationships}embed", "/relationships}id")) for key in attributes[::2])
        removable = name in {"attachedTemplate", "externalData"} or (linked and name in {"blip", "imagedata", "fill", "stroke"})
        self.uses.setdefault(value, []).append(Use(name, word, removable))
        if self._objects and name in {"imagedata", "blip"} and word in {"id", "embed"}:
            self._objects[-1].has_picture = True

    def _characters(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)
            self._count += len(data)
            if self._count > MAX_TEXT:
                forbid("过长的公式或域")

    def _end(self, _tag: str) -> None:
        if self._text is not None:
            self._depth -= 1
            if not self._depth:
                text, done, self._text, self._count = "".join(self._text), self._done, None, 0
                self._parser.CharacterDataHandler = None
                if self.is_sheet:
                    self._parser.EndElementHandler = None
                if done:
                    done(text)
        if self.is_sheet:
            return
        self._places.pop()
        if self._objects and self._objects[-1].depth > len(self._places):
            self._leave(self._objects.pop())

    # --- fields and objects of Word ---

    def _place(self, space: str, name: str) -> _Standing:
        here = self._places[-1]
        if name in {"Choice", "Fallback"}:
            return here._replace(branch=self.budget.left)  # a number of its own
        if space not in WORD_SPACES:
            return here if here.foreign else here._replace(foreign=True)
        if name == "p":
            return here._replace(paragraph=self.budget.left, foreign=False)
        if name in {"del", "moveFrom", "ins", "moveTo"}:
            return here._replace(change="del" if name in {"del", "moveFrom"} else "ins")
        return here

    def _enter(self, name: str, attributes: list[str]) -> None:
        if name == "fldChar":
            self._mark(_value(attributes, "fldCharType"))
        elif name == "fldSimple":
            _raise(field_hazard(_value(attributes, "instr")))
        elif name in {"object", "pict"}:
            self._objects.append(_Shown(len(self._places)))

    def _mark(self, kind: str) -> None:
        place = self._places[-1]
        if place.foreign and place.paragraph:
            forbid("藏在其他标记中的域")
        if kind == "begin":
            if self._fields and not self._fields[-1].is_shown:
                self._fields[-1].nested = True
            self._fields.append(_CodedField(place))
        elif kind == "separate" and self._fields:
            _judge(self._fields[-1])
            self._fields[-1].is_shown = True
        elif kind == "end" and self._fields:
            _judge(self._fields.pop())

    def _code(self, text: str) -> None:
        """A piece of an instruction: of the innermost field, else it must be harmless alone."""
        place, inmost = self._places[-1], self._fields[-1] if self._fields else None
        if place.foreign and place.paragraph:
            forbid("藏在其他标记中的域")
        if inmost is None or inmost.is_shown:
            _raise(field_hazard(text))
        elif (place.branch, place.paragraph) != (inmost.place.branch, inmost.place.paragraph):
            forbid("分在几处的域")
        else:
            inmost.pieces.append((text, place.change))

    def _leave(self, shown: _Shown) -> None:
        for one in shown.ids:
            self.uses.setdefault(one, []).append(Use("OLEObject", "id", shown.has_picture))
        if shown.has_picture and self._objects:  # w:object around a group with the picture
            self._objects[-1].has_picture = True


def _judge(one: _CodedField) -> None:
    """Judge an instruction as it stands, and with tracked changes accepted or refused."""
    for dropped in ("", "del", "ins"):
        _raise(field_hazard("".join(text for text, change in one.pieces if not dropped or change != dropped), nested=one.nested))


def _judge_formula(text: str) -> None:
    _raise(formula_hazard(OWN_BOOK.sub("", text)))


def _judge_reference(text: str) -> None:
    _raise(formula_hazard(BOOK.sub("", text)))


def _judge_style(text: str) -> None:
    if FETCHING_STYLE.search(text):
        forbid("从外部取用的内容")


def _judge_picture(word: str, value: str) -> None:
    """Attribute of an SVG: no event, no address but a place in it or a picture in it."""
    if word.lower().startswith("on"):
        forbid("脚本")
    if word == "href" and value and not value.strip().startswith("#") and not INLINE_PICTURE.match(value.strip()):
        forbid("从外部取用的内容")
    _judge_style(value)


def _judge_address(word: str, value: str) -> None:
    """Address written into the part itself, as VML does; ``src`` is fetched, ``href`` is followed by a click."""
    if word == "src" and (not harmless_address(value) or ":" in value):
        forbid(f"从外部取用的内容（{value[:60]}）")
    if not harmless_address(value):
        forbid(f"{ELSEWHERE}（{value[:60]}）")


def _instruction(target: str, data: str) -> None:
    del data
    if target.lower() == "xml-stylesheet":
        forbid("从外部取用的内容")


def _value(attributes: list[str], name: str) -> str:
    """Value of an attribute by local name."""
    pairs = zip(attributes[::2], attributes[1::2], strict=True)
    return next((value for key, value in pairs if key.rpartition("}")[2] == name), "")


def _raise(hazard: str) -> None:
    if hazard:
        forbid(hazard)
