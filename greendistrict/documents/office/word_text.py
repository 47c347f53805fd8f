"""Text of a Word document as blocks of headings, paragraphs, lists and tables, with the numbers that Word displays.

python-docx provides the parts of the package; the text is read from their XML, because python-docx's paragraphs omit text inserted with
tracked changes, and no library provides the displayed numbers of lists and headings.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from greendistrict.core.errors import Refused, about_file
from greendistrict.core.layout_text import INSET, LayoutBlock, LayoutKind, depth_of
from greendistrict.core.marked_text import TextRun
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
from greendistrict.documents.office.word_paragraphs import (
    AROUND,
    REVISIONS,
    Collected,
    cells_of,
    chosen,
    is_alternative,
    is_prompt,
    local,
    lost_in,
    paragraphs_in,
    rows_of,
    take,
)
from greendistrict.documents.office.word_pictures import IMAGE, WordPicture, caption_in
from greendistrict.documents.office.word_runs import RunLooks, chain

LIMIT = 20 * 1024 * 1024
FRAMED, TITLED = "图文框或首字下沉（按普通段落处理）", "标题样式的段落（按普通段落处理）"
MARK_GONE, JOINED = "修订中删去的段落标记（仍分段）", "合并的单元格（已拆开）"
UNENDED = "没有结束的域"
COVER = {"title", "subtitle"}  # styles of what stands before the text
CONTENTS = re.compile(r"toc( heading|\s*\d+)")  # styles of what Word makes itself
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
        self.counts: dict[str, dict[int, int]] = {}
        self.begun: set[str] = set()
        self.outermost: int | None = None  # level of the current list, None outside lists
        self.has_begun = False  # with the text, before which a cover may stand

    def blocks(self, parent: Any) -> Iterator[WordBlock]:
        """Paragraphs and tables below an element."""
        for element in parent:
            name = local(element)
            if name == "p":
                yield from self._begun(self._paragraph(element))
            elif name == "tbl":
                yield from self._begun(self._table(element))
            elif is_alternative(element):
                yield from self.blocks(chosen(element))
            elif lost := REVISIONS.get(name) or ("" if name in AROUND else lost_in(element)):
                yield WordBlock(LayoutBlock(LayoutKind.PARAGRAPH, ("",)), lost=(lost,))
            if name in AROUND and not is_prompt(element):
                yield from self.blocks(element)

    def _begun(self, blocks: Iterator[WordBlock]) -> Iterator[WordBlock]:
        for one in blocks:
            self.has_begun = True
            yield one

    # --- paragraphs ---

    def _paragraph(self, paragraph: Any) -> Iterator[WordBlock]:
        about = inner(paragraph, "pPr")
        styles = list(self._styles_of(about))
        read = Collected(RunLooks(self.styles, styles))
        take(paragraph, read)
        read.ends_raised()
        read.loses(*[UNENDED] * any(read.instructions))
        name = attribute_of(inner(styles[0], "name")).lower() if styles else ""
        frame = _frame(about, styles)
        is_beside = name in COVER or (frame is not None and _is_of_cover(frame))
        if CONTENTS.fullmatch(name) or (is_beside and not self.has_begun):
            return
        read.loses(*[FRAMED] * (frame is not None), *[TITLED] * (name in COVER))
        read.loses(*[MARK_GONE] * (inner(about, "rPr", "del") is not None and bool(read.text.strip())))
        level = self._outline(about, styles)
        for picture in read.pictures:
            self.outermost = None
            read.loses(*picture.changed)
            if file := picture.file or self._content(picture.related):
                yield WordBlock(LayoutBlock(LayoutKind.PICTURE, (picture.caption,), file=file))
            else:
                read.loses(IMAGE)
        is_empty, place = not read.text.strip(), self._place_shown(about, styles, read)
        if is_empty and not read.lost:
            return
        place = None if is_empty else place
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
        return chain(self.styles, attribute_of(inner(about, "pStyle")))

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

    def _place_shown(self, about: Any, styles: list[Any], read: Collected, begun: int = 0) -> "_Place | None":
        """Position of a paragraph read from the run ``begun`` on; Word counts empty ones, not those that are gone with their mark."""
        is_gone = read.looks.is_mark_gone(about) and not "".join(run.text for run in read.runs[begun:]).strip()
        return None if is_gone else self._place(about, styles)

    def _place(self, about: Any, styles: list[Any]) -> "_Place | None":
        """Position of a paragraph in a list; None outside lists."""
        properties = [inner(about, "numPr"), *(inner(style, "pPr", "numPr") for style in styles)]
        given = next((one for one in properties if one is not None and inner(one, "numId") is not None), None)
        key = attribute_of(inner(given, "numId"))
        levels = self.numbering.levels(key)
        depth = next((number_in(attribute_of(found), 0, LEVELS - 1) for one in properties if (found := inner(one, "ilvl")) is not None), 0)
        level = levels.get(depth)
        if level is None:
            return None
        counts = self._counted(key, depth, levels)
        if level.form == "bullet":
            return _Place(depth, 0, "")
        is_plain = level.form in {"decimal", "decimalZero", "decimalFullWidth"} and level.shown.rstrip(".．、)） ") == f"%{depth + 1}"
        label = level.shown
        for place, count in enumerate(counts, start=1):
            form = levels[place - 1].form if place - 1 in levels else "none"
            label = label.replace(f"%{place}", number_shown(count, "decimal" if level.is_legal and form != "none" else form))
        return _Place(depth, counts[depth] if is_plain else None, label) if label.strip() else None

    def _counted(self, key: str, depth: int, levels: Mapping[int, ListLevel]) -> list[int]:
        """Count a paragraph of a list; returns the numbers of its level and the levels above."""
        counts = self.counts.setdefault(self.numbering.abstract(key), {})
        if key not in self.begun:
            self.begun.add(key)
            if depth in self.numbering.restarted(key):
                _begin_anew(counts, range(depth, LEVELS))
        for place in range(depth + 1):
            counts.setdefault(place, levels[place].start - (place == depth) if place in levels else 0)
        _begin_anew(counts, [place for place in range(depth + 1, LEVELS) if place not in levels or not levels[place].goes_on])
        counts[depth] += 1
        return [counts[place] for place in range(depth + 1)]

    # --- tables ---

    def _table(self, table: Any) -> Iterator[WordBlock]:
        rows, lost = list[list[str]](), Collected()
        for row in rows_of(table, lost):
            cells = [""] * number_in(attribute_of(inner(row, "trPr", "gridBefore")), 0, WIDEST)
            for cell in cells_of(row, lost):
                about = inner(cell, "tcPr")
                wide, joined = max(1, number_in(attribute_of(inner(about, "gridSpan")), 1, WIDEST)), inner(about, "vMerge")
                if wide > 1 or joined is not None or inner(about, "hMerge") is not None:
                    lost.loses(JOINED)
                read = Collected()
                if joined is None or attribute_of(joined) == "restart":
                    self._cell(cell, read)
                lost.loses(*read.lost, *(["表格中的图片"] if read.pictures else []))
                cells += [" ".join(read.lines) if rows else read.text, *[""] * (wide - 1)]
            rows.append(cells)
        width = max(map(len, rows), default=0)
        even = [tuple(row + [""] * (width - len(row))) for row in rows]
        if width:
            self.outermost = None
            yield WordBlock(LayoutBlock(LayoutKind.TABLE, head=even[0], rows=tuple(even[1:])), lost=tuple(lost.lost))
        elif lost.lost:
            yield WordBlock(LayoutBlock(LayoutKind.PARAGRAPH, ("",)), lost=tuple(lost.lost))

    def _cell(self, cell: Any, read: Collected) -> None:
        """Read the paragraphs of a cell, each after the number that Word shows before it."""
        for paragraph in paragraphs_in(cell, read):
            about = inner(paragraph, "pPr")
            styles = list(self._styles_of(about))
            read.looks = RunLooks(self.styles, styles)
            begun = len(read.runs)
            read.loses(*[FRAMED] * (_frame(about, styles) is not None))
            take(paragraph, read)
            read.ends_raised()
            if (place := self._place_shown(about, styles, read, begun)) and place.label:
                read.runs.insert(begun, TextRun(place.label))
            read.loses(*[UNENDED] * any(read.instructions))
            read.instructions.clear()
            read.reads(" ")


def _begin_anew(counts: dict[int, int], places: Iterable[int]) -> None:
    for place in places:
        counts.pop(place, None)


def _frame(about: Any, styles: list[Any]) -> Any:
    """The frame that a paragraph stands in by itself or by its style; None for none."""
    frames = (inner(about, "framePr"), *(inner(style, "pPr", "framePr") for style in styles))
    return next((frame for frame in frames if frame is not None), None)


def _is_of_cover(frame: Any) -> bool:
    """Whether a frame is placed as the marks on a cover are: by the side of the page; people put theirs at a distance or in the text."""
    return attribute_of(frame, "vAnchor") != "text" and not attribute_of(frame, "x")
