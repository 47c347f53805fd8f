"""Text of a Word document as blocks of headings, paragraphs, lists and tables, with the numbers that Word displays.

python-docx provides the parts of the package; the text is read from their XML, because python-docx's paragraphs omit text inserted with
tracked changes, and no library provides the displayed numbers of lists and headings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from greendistrict.core.errors import Refused, about_file
from greendistrict.core.layout_text import INSET, LayoutBlock, LayoutKind, depth_of
from greendistrict.core.marked_text import TextRun, stored_line
from greendistrict.documents.office.archives import opened
from greendistrict.documents.office.inspection import display_name, inspect
from greendistrict.documents.office.strict import is_strict, under_usual_names
from greendistrict.documents.office.word_lists import (
    LEVELS,
    WIDEST,
    WORD,
    ListLevel,
    attribute_of,
    inner,
    number_in,
    number_shown,
    numbering_of,
)
from greendistrict.documents.office.word_pictures import (
    IMAGE,
    ShownPicture,
    WordPicture,
    caption_in,
    pictures_of,
    shape_in_words,
)
from greendistrict.documents.office.word_runs import is_marked, is_raised, shown_raised, struck_out

LIMIT = 20 * 1024 * 1024
CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
AROUND = {"ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent", "hyperlink", "fldSimple", "ruby", "rubyBase", "r", "bdo", "dir"}
REVISIONS = {"ins": "修订（按接受处理）", "del": "修订（按接受处理）", "moveFrom": "修订（按接受处理）", "moveTo": "修订（按接受处理）"}
LOST = {"footnoteReference": "脚注", "endnoteReference": "尾注", "commentReference": "批注", "sym": "特殊符号", "rt": "拼音"}
SHAPES = {"drawing", "pict", "object"}
SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
INSERTED, FRAMED = "插入的文件", "图文框或首字下沉（按普通段落处理）"
FRAME = ("title", "subtitle", "toc")  # styles that are not part of the document's text
LISTS = {LayoutKind.BULLETS, LayoutKind.NUMBERS}


@dataclass(frozen=True)
class WordBlock:
    """A block, its heading level (0 for other blocks), and a description of content that cannot be imported."""

    block: LayoutBlock
    level: int = 0
    lost: tuple[str, ...] = ()
    is_caption: bool = False


@dataclass(frozen=True)
class WordText:
    """Blocks in order, and the keywords of the document's properties.

    ``pictures``: those unknown to the portal, by the key used in their blocks; equal contents share a key.
    """

    blocks: list[WordBlock]
    keywords: str
    pictures: dict[str, WordPicture] = field(default_factory=dict)


def taken_word(upload: Any) -> bytes:
    """Content of an uploaded Word document. Raises ``Refused`` for an unacceptable name, size or content."""
    with about_file(upload):
        return _taken(upload)


def _taken(upload: Any) -> bytes:
    name = display_name(upload.name or "")
    if not name.lower().endswith(".docx"):
        msg = f"“{name}”不是 Word 文档（docx）。旧版 doc 请另存为 docx 后上传"
        raise Refused(msg)
    content: bytes = upload.read(LIMIT + 1)
    inspect(name, BytesIO(content), max(len(content), upload.size or 0), LIMIT)
    with opened(content) as archive:
        return under_usual_names(archive) if is_strict(archive, "word/document.xml") else content


def read_word(content: bytes) -> WordText:
    """Blocks of a Word document. Raises ``Refused`` if it is not one."""
    from docx import Document  # noqa: PLC0415 -- loaded by imports of documents only

    try:
        document = Document(BytesIO(content))
        reader = _WordReader(document)
        blocks = _joined(reader.blocks(document.element.body))
        return WordText(blocks, document.core_properties.keywords or "", reader.pictures)
    except (KeyError, ValueError, AttributeError) as error:
        msg = "这个 Word 文档打不开，请用 Office 或 WPS 重新保存为 docx 后上传"
        raise Refused(msg) from error


def _joined(blocks: Iterator[WordBlock]) -> list[WordBlock]:
    """Merge items of nested lists into their list, and captions with their pictures."""
    found: list[WordBlock] = []
    for one in blocks:
        above = found[-1] if found else None
        if above and above.block.kind in LISTS and one.block.kind in LISTS and depth_of(one.block.lines[0]):
            lines = above.block.lines + one.block.lines
            found[-1] = replace(above, block=replace(above.block, lines=lines), lost=above.lost + one.lost)
        elif (
            above and above.block.kind == LayoutKind.PICTURE and (caption := caption_in(one.block, above.block, is_caption=one.is_caption))
        ):
            found[-1] = replace(above, block=replace(above.block, lines=(caption,)), lost=above.lost + one.lost)
        else:
            found.append(one)
    return found


def _local(element: Any) -> str:
    return element.tag.removeprefix(WORD) if isinstance(element.tag, str) else ""


@dataclass
class _Collected:
    """Content collected from a paragraph or a cell."""

    runs: list[TextRun] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    pictures: list[ShownPicture] = field(default_factory=list)
    raised: list[TextRun] = field(default_factory=list)  # superscript that may go on in the next run

    @property
    def text(self) -> str:
        """Plain text."""
        return "".join(run.text for run in self.runs)

    @property
    def lines(self) -> tuple[str, ...]:
        """Lines as stored, with formatting marks."""
        rows: list[list[TextRun]] = [[]]
        for run in self.runs:
            first, *more = run.text.split("\n")
            rows[-1].append(replace(run, text=first))
            rows += [[replace(run, text=text)] for text in more]
        return tuple(map(stored_line, rows))

    def reads(self, text: str, look: tuple[bool, bool] = (False, False), *, raised: bool = False) -> None:
        if raised:
            self.raised.append(TextRun(text, *look))
        elif text:
            self.ends_raised()
            self.runs.append(TextRun(text, *look))

    def ends_raised(self) -> None:
        if self.raised:
            typed = "".join(run.text for run in self.raised)
            text, said = shown_raised(typed)
            self.runs += self.raised if text == typed else [replace(self.raised[0], text=text)]
            self.raised = []
            self.loses(*said)

    def after(self, label: str) -> tuple[str, ...]:
        """Lines, the first one preceded by the label that Word shows."""
        first, *more = self.lines
        return (f"{label}{first}", *more)

    def loses(self, *words: str) -> None:
        self.lost += [word for word in words if word not in self.lost]


@dataclass(frozen=True)
class _Place:
    """A paragraph in a list: its number (0 for a bullet, None for other formats), and the label shown by Word."""

    level: int
    number: int | None
    label: str


class _WordReader:
    """Reads one document."""

    def __init__(self, document: Any) -> None:
        self.styles = {attribute_of(style, "styleId"): style for style in document.styles.element.iterfind(f"{WORD}style")}
        self.numbering = numbering_of(document)
        self.part = document.part
        self.pictures: dict[str, WordPicture] = {}
        self.counts: dict[str, list[int]] = {}
        self.begun: set[str] = set()
        self.outermost: int | None = None  # level of the current list, None outside lists

    def blocks(self, parent: Any) -> Iterator[WordBlock]:
        """Paragraphs and tables below an element."""
        for element in parent:
            name = _local(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                yield from self._table(element)
            elif name == "altChunk":
                yield WordBlock(LayoutBlock(LayoutKind.PARAGRAPH, ("",)), lost=(INSERTED,))
            elif name in AROUND and not _is_prompt(element):
                yield from self.blocks(element)

    # --- paragraphs ---

    def _paragraph(self, paragraph: Any) -> Iterator[WordBlock]:
        read, about = _Collected(), inner(paragraph, "pPr")
        _take(paragraph, read)
        read.ends_raised()
        styles = list(self._styles_of(about))
        name = attribute_of(inner(styles[0], "name")).lower() if styles else ""
        frame = inner(about, "framePr")
        if name.startswith(FRAME) or (frame is not None and not _is_in_text(frame)):  # a title, a table of contents, a frame in the margin
            return
        read.loses(*[FRAMED] * (frame is not None))
        level = self._outline(about, styles)
        for picture in read.pictures:
            self.outermost = None
            read.loses(*picture.changed)
            if file := picture.file or self._content(picture.related):
                yield WordBlock(LayoutBlock(LayoutKind.PICTURE, (picture.caption,), file=file))
            else:
                read.loses(IMAGE)
        is_empty = not read.text.strip()
        if is_empty and not read.lost:
            return
        place = None if is_empty else self._place(about, styles)
        label, words = place.label if place else "", read.text.replace("\n", " ") if level or name == "caption" else " ".join(read.lines)
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

    def _content(self, related: str) -> str:
        """Key of a picture's content, which is stored; empty if the document only links to it."""
        relation = self.part.rels.get(related)
        if relation is None or relation.is_external:
            return ""
        content = relation.target_part.blob
        key = str(uuid5(NAMESPACE_OID, sha256(content).hexdigest()))
        self.pictures.setdefault(key, WordPicture(str(relation.target_part.partname).rpartition("/")[2], content))
        return key

    def _styles_of(self, about: Any) -> Iterator[Any]:
        """The style of a paragraph and the styles it is based on."""
        key, seen = attribute_of(inner(about, "pStyle")), set[str]()
        while key in self.styles and key not in seen:
            seen.add(key)
            yield self.styles[key]
            key = attribute_of(inner(self.styles[key], "basedOn"))

    def _outline(self, about: Any, styles: list[Any]) -> int:
        """Level of a heading, 0 for text."""
        for level in (inner(about, "outlineLvl"), *(inner(style, "pPr", "outlineLvl") for style in styles)):
            if level is not None:
                found = number_in(attribute_of(level), LEVELS) + 1
                return found if found <= LEVELS else 0
        for style in styles:
            head, _, number = attribute_of(inner(style, "name")).lower().rpartition(" ")
            if head in {"heading", "标题"} and (level := number_in(number, 0)):
                return level
        return 0

    # --- numbers ---

    def _place(self, about: Any, styles: list[Any]) -> "_Place | None":
        """Position of a paragraph in a list; None outside lists."""
        properties = [inner(about, "numPr"), *(inner(style, "pPr", "numPr") for style in styles)]
        given = next((one for one in properties if one is not None and inner(one, "numId") is not None), None)
        key = attribute_of(inner(given, "numId"))
        levels = self.numbering.levels(key)
        depth = next((number_in(attribute_of(found), 0, LEVELS - 1) for one in properties if (found := inner(one, "ilvl")) is not None), 0)
        level = levels.get(depth)
        if level is None or level.form == "none":
            return None
        counts = self._counted(key, depth, levels)
        if level.form == "bullet":
            return _Place(depth, 0, "")
        is_plain = level.form in {"decimal", "decimalZero", "decimalFullWidth"} and level.shown.rstrip(".．、)） ") == f"%{depth + 1}"
        label = level.shown
        for place, count in enumerate(counts, start=1):
            label = label.replace(f"%{place}", number_shown(count, levels[place - 1].form) if place - 1 in levels else "")
        return _Place(depth, counts[depth] if is_plain else None, label)

    def _counted(self, key: str, depth: int, levels: Mapping[int, ListLevel]) -> list[int]:
        """Count a paragraph of a list; returns the numbers of its level and the levels above."""
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
            if inner(row, "trPr", "del") is not None:
                lost.loses(REVISIONS["del"])
                continue
            cells = [""] * number_in(attribute_of(inner(row, "trPr", "gridBefore")), 0, WIDEST)
            for cell in _below(row, "tc"):
                about = inner(cell, "tcPr")
                wide, joined = max(1, number_in(attribute_of(inner(about, "gridSpan")), 1, WIDEST)), inner(about, "vMerge")
                if wide > 1 or joined is not None:
                    lost.loses("合并的单元格（已拆开）")
                read = _Collected()
                if joined is None or attribute_of(joined) == "restart":
                    for paragraph in cell.iter(f"{WORD}p"):
                        _take(paragraph, read)
                        read.reads(" ")
                lost.loses(*read.lost, *(["表格中的图片"] if read.pictures else []))
                cells += [" ".join(read.lines) if rows else read.text, *[""] * (wide - 1)]
            rows.append(cells)
        width = max(map(len, rows), default=0)
        even = [tuple(row + [""] * (width - len(row))) for row in rows]
        if width:
            self.outermost = None
            yield WordBlock(LayoutBlock(LayoutKind.TABLE, head=even[0], rows=tuple(even[1:])), lost=tuple(lost.lost))


def _below(parent: Any, name: str) -> Iterator[Any]:
    """Rows or cells, including those in content controls and tracked changes."""
    for element in parent:
        if _local(element) == name:
            yield element
        elif _local(element) in AROUND:
            yield from _below(element, name)


def _take(element: Any, read: _Collected, look: tuple[bool, bool] = (False, False)) -> None:
    """Read the text below an element; ``look`` is that of the run around it."""
    for part in (one for one in element if not _is_prompt(one)):
        name = _local(part)
        if name in REVISIONS:
            read.loses(REVISIONS[name])
        if name == "t":
            read.reads(part.text or "", look, raised=is_raised(element))
            read.loses(*struck_out(element))
        elif name in SIGNS:
            read.reads(SIGNS[name], look, raised=name == "noBreakHyphen" and is_raised(element))
        elif name in AROUND and not is_marked(part, "vanish"):
            _take(part, read, _look(part) if name == "r" else look)
        elif str(part.tag).endswith("}AlternateContent"):
            for choice in part.iterfind(CHOICE):
                _take(choice, read, look)
        elif name in SHAPES and (shown := pictures_of(part)):
            read.pictures += shown
        elif lost := _lost(part, name):
            read.loses(lost)


def _is_in_text(frame: Any) -> bool:
    """Whether a frame goes with the text, as those that people insert and the first letter over several lines."""
    return attribute_of(frame, "vAnchor") == "text"


def _is_prompt(part: Any) -> bool:
    """Whether a content control shows what to type where nobody has typed yet."""
    return inner(part, "sdtPr", "showingPlcHdr") is not None


def _look(run: Any) -> tuple[bool, bool]:
    """Whether a run itself is bold and italic; formatting by its style belongs to headings and tables and is ignored."""
    return is_marked(run, "b"), is_marked(run, "i")


def _lost(part: Any, name: str) -> str:
    """Description of a part that is not text; empty if readers cannot see it."""
    if str(part.tag).startswith(MATH):
        return "公式"
    if name in SHAPES:
        return shape_in_words(part)
    return "隐藏文字" if name in AROUND else LOST.get(name, "")
