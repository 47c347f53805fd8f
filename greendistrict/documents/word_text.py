"""Text of a Word document as blocks of headings, paragraphs, lists and tables, with the numbers that Word itself counts.

python-docx gives the parts of the package; the text is read from their XML, because a paragraph of python-docx leaves out what was
inserted with changes tracked, and no library says which number a list or a heading shows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from greendistrict.core.errors import Refused
from greendistrict.core.integers import whole
from greendistrict.core.layout_text import INSET, PICTURE, LayoutBlock, LayoutKind, depth_of, picture_block, picture_line
from greendistrict.core.numerals import chinese
from greendistrict.documents.inspection import display_name, inspect

LIMIT = 20 * 1024 * 1024
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
TEXT_BOX, CHART = f"{WORD}txbxContent", "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
AROUND = {"ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent", "hyperlink", "fldSimple", "ruby", "rubyBase", "r"}
REVISIONS = {"ins": "修订（按接受处理）", "del": "修订（按接受处理）", "moveFrom": "修订（按接受处理）", "moveTo": "修订（按接受处理）"}
LOST = {"footnoteReference": "脚注", "endnoteReference": "尾注", "commentReference": "批注", "sym": "特殊符号"}
SHAPES = {"drawing", "pict", "object"}
SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
FRAME = ("title", "subtitle", "toc")  # styles of what is not text of the document
CIRCLED, PARTS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
LEVELS, WIDEST, MOST = 9, 63, 9999  # levels of a list, columns of a table, numbers of a list
LISTS = {LayoutKind.BULLETS, LayoutKind.NUMBERS}


@dataclass(frozen=True)
class WordBlock:
    """A block, the level of a heading (0 for what is none), and in words what stands there and cannot be brought back."""

    block: LayoutBlock
    level: int = 0
    lost: tuple[str, ...] = ()
    is_caption: bool = False


@dataclass(frozen=True)
class WordText:
    """Blocks in their order, and the keywords of the document's properties."""

    blocks: list[WordBlock]
    keywords: str


def taken_word(upload: Any) -> bytes:
    """Content of an uploaded Word document. Raises ``Refused`` when name, size or content does not do."""
    name = display_name(upload.name or "")
    if not name.lower().endswith(".docx"):
        msg = f"“{name}”不是 Word 文档（docx）。旧版 doc 请另存为 docx 后上传"
        raise Refused(msg)
    content: bytes = upload.read(LIMIT + 1)
    inspect(name, BytesIO(content), max(len(content), upload.size or 0), LIMIT)
    return content


def read_word(content: bytes) -> WordText:
    """Blocks of a Word document. Raises ``Refused`` for what is none."""
    from docx import Document  # noqa: PLC0415 -- only who brings a document back pays for it

    try:
        document = Document(BytesIO(content))
        reader = _WordReader(document)
        return WordText(_joined(reader.blocks(document.element.body)), document.core_properties.keywords or "")
    except (KeyError, ValueError, AttributeError) as error:
        msg = "这个 Word 文档打不开，请用 Office 或 WPS 重新保存为 docx 后上传"
        raise Refused(msg) from error


def _joined(blocks: Iterator[WordBlock]) -> list[WordBlock]:
    """Items of inner lists in the list that they stand in, captions with their pictures."""
    found: list[WordBlock] = []
    for one in blocks:
        above = found[-1] if found else None
        if above and above.block.kind in LISTS and one.block.kind in LISTS and depth_of(one.block.lines[0]):
            lines = above.block.lines + one.block.lines
            found[-1] = replace(above, block=replace(above.block, lines=lines), lost=above.lost + one.lost)
        elif above and above.block.kind == LayoutKind.PICTURE and one.is_caption:
            found[-1] = replace(above, block=replace(above.block, lines=(" ".join(one.block.lines),)))
        else:
            found.append(one)
    return found


def _attribute(element: Any, name: str = "val") -> str:
    return str(element.get(f"{WORD}{name}", "")) if element is not None else ""


def _inner(element: Any, *names: str) -> Any:
    """Element below an element by the names on the way, None where there is none."""
    for name in names:
        element = element.find(f"{WORD}{name}") if element is not None else None
    return element


def _local(element: Any) -> str:
    return element.tag.removeprefix(WORD) if isinstance(element.tag, str) else ""


def _number(text: str, otherwise: int, most: int = MOST) -> int:
    return min(whole(text, otherwise), most)


@dataclass
class _Collected:
    """What was read of a paragraph or a cell."""

    text: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple("".join(self.text).split("\n"))

    def after(self, label: str) -> tuple[str, ...]:
        """Lines, the first one with what Word shows before it."""
        first, *more = self.lines
        return (f"{label}{first}", *more)

    def loses(self, *words: str) -> None:
        self.lost += [word for word in words if word not in self.lost]


@dataclass(frozen=True)
class _Place:
    """A paragraph in a list: its number where that is a plain one (0 for a point, None for another), and what Word shows before it."""

    level: int
    number: int | None
    label: str


@dataclass(frozen=True)
class _Level:
    """How a level of a list is numbered."""

    form: str
    shown: str
    start: int


class _WordReader:
    """Reads one document."""

    def __init__(self, document: Any) -> None:
        self.styles = {_attribute(style, "styleId"): style for style in document.styles.element.iterfind(f"{WORD}style")}
        self.numbering = _numbering_of(document)
        self.counts: dict[str, list[int]] = {}
        self.begun: set[str] = set()
        self.outermost: int | None = None  # level of the list that goes on, None after what is no list

    def blocks(self, parent: Any) -> Iterator[WordBlock]:
        """Paragraphs and tables below an element."""
        for element in parent:
            name = _local(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                yield from self._table(element)
            elif name in AROUND:
                yield from self.blocks(element)

    # --- paragraphs ---

    def _paragraph(self, paragraph: Any) -> Iterator[WordBlock]:
        read, about = _Collected(), _inner(paragraph, "pPr")
        _take(paragraph, read)
        styles = list(self._styles_of(about))
        name = _attribute(_inner(styles[0], "name")).lower() if styles else ""
        if _inner(about, "framePr") is not None or name.startswith(FRAME):  # a mark set into the margin, a title, contents
            return
        level = self._outline(about, styles)
        for caption, file in read.pictures:
            self.outermost = None
            yield WordBlock(LayoutBlock(LayoutKind.PICTURE, (caption,), file=file))
        is_empty = not "".join(read.text).strip()
        if is_empty and not read.lost:
            return
        place = None if is_empty else self._place(about, styles)
        label, words = place.label if place else "", " ".join(read.lines)
        if place is None or place.number is None or level:
            self.outermost = None
            block = LayoutBlock(LayoutKind.HEADING if level else LayoutKind.PARAGRAPH, (f"{label}{words}",) if level else read.after(label))
        else:
            self.outermost = place.level if self.outermost is None else min(self.outermost, place.level)
            depth = place.level - self.outermost
            kind = LayoutKind.NUMBERS if place.number and not depth else LayoutKind.BULLETS
            words = f"{label}{words}" if depth else words
            block = LayoutBlock(kind, (f"{INSET * depth}{words}",), first=place.number if kind == LayoutKind.NUMBERS else 1)
        yield WordBlock(block, level, tuple(read.lost), is_caption=name == "caption")

    def _styles_of(self, about: Any) -> Iterator[Any]:
        """The style of a paragraph and those that it is based on."""
        key, seen = _attribute(_inner(about, "pStyle")), set[str]()
        while key in self.styles and key not in seen:
            seen.add(key)
            yield self.styles[key]
            key = _attribute(_inner(self.styles[key], "basedOn"))

    def _outline(self, about: Any, styles: list[Any]) -> int:
        """Level of a heading, 0 for text."""
        for level in (_inner(about, "outlineLvl"), *(_inner(style, "pPr", "outlineLvl") for style in styles)):
            if level is not None:
                found = _number(_attribute(level), LEVELS) + 1
                return found if found <= LEVELS else 0
        for style in styles:
            head, _, number = _attribute(_inner(style, "name")).lower().rpartition(" ")
            if head in {"heading", "标题"} and (level := _number(number, 0)):
                return level
        return 0

    # --- numbers ---

    def _place(self, about: Any, styles: list[Any]) -> "_Place | None":
        """Where a paragraph stands in a list; None outside one."""
        properties = [_inner(about, "numPr"), *(_inner(style, "pPr", "numPr") for style in styles)]
        given = next((one for one in properties if one is not None and _inner(one, "numId") is not None), None)
        key = _attribute(_inner(given, "numId"))
        levels = self.numbering.levels(key)
        depth = next((_number(_attribute(found), 0, LEVELS - 1) for one in properties if (found := _inner(one, "ilvl")) is not None), 0)
        level = levels.get(depth)
        if level is None or level.form == "none":
            return None
        counts = self._counted(key, depth, levels)
        if level.form == "bullet":
            return _Place(depth, 0, "")
        is_plain = level.form in {"decimal", "decimalZero", "decimalFullWidth"} and level.shown.rstrip(".．、)） ") == f"%{depth + 1}"
        label = level.shown
        for place, count in enumerate(counts, start=1):
            label = label.replace(f"%{place}", _shown(count, levels[place - 1].form) if place - 1 in levels else "")
        return _Place(depth, counts[depth] if is_plain else None, label)

    def _counted(self, key: str, depth: int, levels: Mapping[int, _Level]) -> list[int]:
        """Count a paragraph of a list in; the numbers of its level and of those above it."""
        counts = self.counts.setdefault(self.numbering.abstract(key), [])
        if key not in self.begun:
            self.begun.add(key)
            if depth in self.numbering.restarted(key):
                del counts[depth:]
        for place in range(len(counts), depth + 1):
            counts.append(levels[place].start - (place == depth) if place in levels else 0)
        del counts[depth + 1 :]
        counts[depth] += 1
        return counts

    # --- tables ---

    def _table(self, table: Any) -> Iterator[WordBlock]:
        rows, lost = list[list[str]](), _Collected()
        for row in _below(table, "tr"):
            if _inner(row, "trPr", "del") is not None:
                lost.loses(REVISIONS["del"])
                continue
            cells = [""] * _number(_attribute(_inner(row, "trPr", "gridBefore")), 0, WIDEST)
            for cell in _below(row, "tc"):
                about = _inner(cell, "tcPr")
                wide, joined = max(1, _number(_attribute(_inner(about, "gridSpan")), 1, WIDEST)), _inner(about, "vMerge")
                if wide > 1 or joined is not None:
                    lost.loses("合并的单元格（已拆开）")
                read = _Collected()
                if joined is None or _attribute(joined) == "restart":
                    for paragraph in cell.iter(f"{WORD}p"):
                        _take(paragraph, read)
                        read.text.append(" ")
                lost.loses(*read.lost)
                cells += ["".join(read.text), *[""] * (wide - 1)]
            rows.append(cells)
        width = max(map(len, rows), default=0)
        even = [tuple(row + [""] * (width - len(row))) for row in rows]
        if width:
            self.outermost = None
            yield WordBlock(LayoutBlock(LayoutKind.TABLE, head=even[0], rows=tuple(even[1:])), lost=tuple(lost.lost))


def _below(parent: Any, name: str) -> Iterator[Any]:
    """Rows or cells, also those in content controls and tracked changes."""
    for element in parent:
        if _local(element) == name:
            yield element
        elif _local(element) in AROUND:
            yield from _below(element, name)


def _take(element: Any, read: _Collected) -> None:
    """Read the text below an element."""
    for part in element:
        name = _local(part)
        if name in REVISIONS:
            read.loses(REVISIONS[name])
        if name == "t":
            read.text.append(part.text or "")
        elif name in SIGNS:
            read.text.append(SIGNS[name])
        elif name in AROUND and _inner(part, "rPr", "vanish") is None:
            _take(part, read)
        elif str(part.tag).endswith("}AlternateContent"):
            for choice in part.iterfind(CHOICE):
                _take(choice, read)
        elif name in SHAPES and (known := _known_picture(part)):
            read.pictures.append(known)
        elif lost := _lost(part, name):
            read.loses(lost)


def _lost(part: Any, name: str) -> str:
    """What a part is that is no text, in words; nothing for what readers do not see."""
    if str(part.tag).startswith(MATH):
        return "公式"
    if name in SHAPES:
        return _shape(part)
    return "隐藏文字" if name in AROUND else LOST.get(name, "")


def _known_picture(shape: Any) -> tuple[str, str] | None:
    """Caption and key of a picture that the portal put into the document."""
    for about in shape.iter(f"{DRAWING}docPr"):
        caption = " ".join(about.get("descr", "").split()) or "插图"
        line = picture_line(caption, about.get("title", "").removeprefix("file:"))
        if PICTURE.fullmatch(line):
            return caption, picture_block(line).file
    return None


def _shape(shape: Any) -> str:
    return "文本框" if next(shape.iter(TEXT_BOX), None) is not None else "图表" if next(shape.iter(CHART), None) is not None else "图片"


class _Numbering:
    """Lists of a document."""

    def __init__(self, root: Any) -> None:
        found = [] if root is None else list(root)
        self.bases = {_attribute(one, "abstractNumId"): one for one in found if _local(one) == "abstractNum"}
        self.lists = {_attribute(one, "numId"): one for one in found if _local(one) == "num"}
        self.read: dict[str, dict[int, _Level]] = {}

    def abstract(self, key: str) -> str:
        """The list that a list is made from; those made from one count on."""
        return _attribute(_inner(self.lists.get(key), "abstractNumId"))

    def restarted(self, key: str) -> set[int]:
        """Levels that begin anew where the list begins."""
        overrides = self.lists[key].iterfind(f"{WORD}lvlOverride")
        return {_number(_attribute(one, "ilvl"), 0) for one in overrides if _inner(one, "startOverride") is not None}

    def levels(self, key: str) -> dict[int, _Level]:
        """Levels of a list; none where the document has no such list."""
        if key not in self.read:
            self.read[key] = self._levels(key)
        return self.read[key]

    def _levels(self, key: str) -> dict[int, _Level]:
        base = self.bases.get(self.abstract(key))
        found = {_number(_attribute(one, "ilvl"), 0): _level(one) for one in (() if base is None else base.iterfind(f"{WORD}lvl"))}
        for override in self.lists[key].iterfind(f"{WORD}lvlOverride") if found else ():
            place, own, start = _number(_attribute(override, "ilvl"), 0), _inner(override, "lvl"), _inner(override, "startOverride")
            if own is not None:
                found[place] = _level(own)
            if start is not None and place in found:
                found[place] = _Level(found[place].form, found[place].shown, _number(_attribute(start), 1))
        return found


def _level(level: Any) -> _Level:
    form, start = _attribute(_inner(level, "numFmt")) or "decimal", _inner(level, "start")
    return _Level(form, _attribute(_inner(level, "lvlText")), _number(_attribute(start), 1) if start is not None else 0)


def _numbering_of(document: Any) -> _Numbering:
    from docx.opc.constants import RELATIONSHIP_TYPE  # noqa: PLC0415 -- as above

    related = [one.target_part for one in document.part.rels.values() if one.reltype == RELATIONSHIP_TYPE.NUMBERING]
    return _Numbering(related[0].element if related else None)


def _shown(number: int, form: str) -> str:
    """A number as a list shows it."""
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
