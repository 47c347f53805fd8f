"""Word edition of a composition: real styles, numbered headings, tables with repeated headers, charts as pictures with figures."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import zip_longest
from typing import Any

from django.utils.text import Truncator
from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt

from reports.composition import word
from reports.composition.blocks import (
    NOT_PRINTED,
    Block,
    Chart,
    Composition,
    Heading,
    Listing,
    PageBreak,
    Pairs,
    PaperTable,
    Paragraph,
    Picture,
    Signature,
)
from reports.composition.charts import alternative, pictures_of
from reports.composition.enums import ChartKind, ColumnKind, ParagraphStyle, Style
from reports.composition.printed import (
    COVER_LINE,
    LANDSCAPE,
    LARGE,
    LETTER_LINE,
    ON_COVER,
    UPRIGHT,
    cells_of,
    contents_of,
    groups_of,
    lines_of,
    title_lines,
    widths_in,
    words_of,
)

SHEET, SHEET_ACROSS, SHEET_LARGE = (Mm(210), Mm(297)), (Mm(297), Mm(210)), (Mm(420), Mm(297))
MARGINS = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}
MARGINS_ACROSS = {"top_margin": Mm(28), "bottom_margin": Mm(26), "left_margin": Mm(25), "right_margin": Mm(25)}
PAIR_WIDTH = 42
PICTURE_SPACE = Pt(6)
CHART_WIDE, RADAR_HIGH = Mm(120), Mm(62)  # a radar is as wide as high, on paper too
PICTURE_WIDE, PICTURE_HIGH, NATURAL = Mm(150), Mm(110), 72 / 96  # as large as in the PDF, where 96 pixels are an inch
CLOSER_GAP = Pt(20)
COPIES_SIZE = Pt(14)
NORMAL = "Normal"
HEAD_LINE = 32  # characters of the title in the running head
STYLES = {
    ParagraphStyle.BODY: "Body Text",
    ParagraphStyle.PLAIN: "Normal",
    ParagraphStyle.NOTE: "Note",
    ParagraphStyle.RIGHT: "Normal",
    ParagraphStyle.CENTER: "Normal",
}
ALIGNED = {ParagraphStyle.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT, ParagraphStyle.CENTER: WD_ALIGN_PARAGRAPH.CENTER}


def docx_of(composition: Composition, *, code: str, closer: bool = False, coverless: bool = False) -> bytes:
    """Content of the Word document; ``code``, ``closer`` and ``coverless`` as in ``html_of``."""
    document = Document()
    word.prepare(document, title=composition.title, author=composition.author, line=word.CLOSER if closer else word.LINE)
    writer = _WordWriter(document, composition, gap=CLOSER_GAP if closer else word.LINE)
    writer.set_page(document.sections[0], wide=False)
    if composition.style is Style.LETTER:
        writer.letter(code)
    elif coverless:
        writer.brief(code)
    else:
        writer.report(code)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


class _WordWriter:
    """Writes blocks one after another into a document."""

    def __init__(self, document: Any, composition: Composition, *, gap: Any) -> None:
        self.document, self.composition = document, composition
        self.numbering = word.Numbering()
        self.styles = {style.name: style for style in document.styles}
        self.pictures: Iterator[bytes] = iter(())
        self.width, self.gap = UPRIGHT, gap
        self.pages = 0

    def letter(self, code: str) -> None:
        """Write a letter: one sheet by GB/T 9704."""
        paper = self.composition
        self.letter_head()
        self.groups(keeps=bool(paper.issuer and not paper.annexes))
        for index, annex in enumerate(paper.annexes):
            line = self.line(annex, "Body Text")
            if index == 0:
                self.apart(line)
            line.paragraph_format.keep_with_next = bool(paper.issuer) and annex is paper.annexes[-1]
        if paper.issuer:
            self.apart(self.line(paper.issuer, "Signature")).keep_with_next = True
            self.line(paper.dated, "Signature").paragraph_format.keep_with_next = bool(paper.contact or paper.copies)
        if paper.contact:
            self.line(paper.contact, "Body Text").paragraph_format.keep_with_next = bool(paper.copies)
        self.foot(tuple(filter(None, (paper.copies, paper.imprint))))
        if paper.framed:
            word.frame(self.document.sections[0])
        if code:  # at the foot of the first page, however long the letter is
            word.code_at_foot(self.document.sections[0], code)

    def foot(self, lines: Sequence[str]) -> None:
        """Write 版记 at the foot of the last page."""
        for text in lines:
            line = self.line(text)
            line.paragraph_format.tab_stops.add_tab_stop(Mm(UPRIGHT), WD_TAB_ALIGNMENT.RIGHT)
            word.between_rules(line)
            word.at_foot(line)
            for run in line.runs:
                run.font.size = COPIES_SIZE

    def letter_head(self) -> None:
        """Write marks, title, 文号 and 主送."""
        paper = self.composition
        self.marks()
        title = self.line("\n".join(title_lines(paper.title, LETTER_LINE)), "Title")
        title.paragraph_format.space_after = 0 if paper.number or paper.to else self.gap // 2  # else their line stands in between
        if paper.subtitle:
            self.line(paper.subtitle, "Subtitle")
        if paper.number:
            self.apart(self.line(paper.number, align=WD_ALIGN_PARAGRAPH.RIGHT))
        if paper.to:
            self.line(paper.to)

    def brief(self, code: str) -> None:
        """Write a short paper: title and facts above the blocks."""
        paper = self.composition
        self.marks()
        self.line("\n".join(title_lines(paper.title, LETTER_LINE)), "Title").paragraph_format.space_after = self.gap // 2
        self.pairs(Pairs(paper.cover))
        self.groups()
        if code:
            word.code_at_foot(self.document.sections[0], code)

    def report(self, code: str) -> None:
        """Write a report: cover, contents, then the blocks."""
        paper = self.composition
        self.marks()
        title = self.line("\n".join(title_lines(paper.title, COVER_LINE)), "Title").paragraph_format
        title.space_before, title.space_after = Mm(20), Mm(10)
        if paper.subtitle:
            self.line(paper.subtitle, "Subtitle")
        self.pairs(Pairs(paper.cover))
        if code:
            self.code(code)
        if heads := contents_of(paper):
            if len(heads) > ON_COVER:
                self.document.add_page_break()
            self.line("目　录", "TOC Heading").paragraph_format.space_before = word.LINE
            word.contents(self.document, [(head.text, head.level) for head in heads])
        self.document.add_page_break()
        self.groups()

    def marks(self) -> None:
        """Write 演示数据 and other marks above the title, as in the PDF; on the other pages they are in the header."""
        if self.composition.all_marks:
            word.at_top_right(self.line("　".join(self.composition.all_marks), "Note", align=WD_ALIGN_PARAGRAPH.RIGHT))

    def code(self, code: str) -> None:
        """Write the 查验码 below its QR code."""
        picture = self.line("", align=WD_ALIGN_PARAGRAPH.CENTER)
        picture.paragraph_format.space_before = Mm(6)
        word.qr_code(picture, code, Mm(24))
        self.line(f"查验码 {code}", "Note", align=WD_ALIGN_PARAGRAPH.CENTER)

    def groups(self, *, keeps: bool = False) -> None:
        """Write blocks, one section per page orientation; ``keeps``: keep the end of the last block on the page of what follows."""
        groups = groups_of(self.composition)
        self.pictures = iter(pictures_of([block for group in groups for block in group.blocks if isinstance(block, Chart)]))
        for group in groups:
            if group.wide or self.width != UPRIGHT:
                self.set_page(self.document.add_section(WD_SECTION.NEW_PAGE), wide=group.wide, large=group.large)
            for above, block, following in zip_longest((None, *group.blocks[:-1]), group.blocks, group.blocks[1:]):
                if isinstance(block, PaperTable) and isinstance(following, Signature) and _is_signed(block):
                    self.table(block, signed=following.lines)
                elif not (isinstance(block, Signature) and _is_signed(above)):
                    self.block(block, keeps=_belongs(following, block) or (keeps and block is groups[-1].blocks[-1]))

    def set_page(self, section: Any, *, wide: bool, large: bool = False) -> None:
        """Set paper, margins, header and footer of a section."""
        section.page_width, section.page_height = SHEET_LARGE if large else SHEET_ACROSS if wide else SHEET
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        for name, size in (MARGINS_ACROSS if wide else MARGINS).items():
            setattr(section, name, size)
        self.width = LARGE if large else LANDSCAPE if wide else UPRIGHT
        head = "　".join((Truncator(self.composition.title).chars(HEAD_LINE), *self.composition.all_marks))  # on one line, as on paper
        word.head_and_foot(section, head, first=not self.pages, first_head=self.composition.level_mark)
        self.pages += 1

    def line(self, text: str, style: str = NORMAL, *, align: Any = None) -> Any:
        """Write one paragraph."""
        paragraph = word.add_text(self.document, text)
        if style != NORMAL:  # the default; python-docx looks through all styles for each name
            paragraph._p.style = self.styles[style].style_id  # noqa: SLF001 -- as the library does for its own
        if align is not None:
            paragraph.alignment = align
        return paragraph

    def apart(self, paragraph: Any) -> Any:
        """Format a paragraph with a blank line above it, as in the PDF."""
        shape = paragraph.paragraph_format
        shape.space_before = self.gap
        return shape

    def block(self, block: Block, *, keeps: bool = False) -> None:
        """Write one block; ``keeps``: keep its end on the page of what follows."""
        match block:
            case Heading(text=text, level=level):
                self.numbering.heading(self.document, text, level)
            case Paragraph():
                self.paragraph(block, keeps=keeps)
            case Listing(items=items):
                word.listing(self.document, items)
            case Pairs():
                self.pairs(block, keeps=keeps)
            case PaperTable():
                self.table(block, keeps=keeps)
            case Chart() | Picture():
                self.figure(block)
            case Signature(lines=lines):
                self.signature(lines)
            case PageBreak():
                self.document.add_page_break()

    def signature(self, lines: Sequence[str]) -> None:
        """Write the signing body, one blank line below the text."""
        for place, text in enumerate(lines, start=1):
            line = self.line(text, "Signature")
            if place == 1:
                self.apart(line)
            line.paragraph_format.keep_with_next = place < len(lines)

    def paragraph(self, block: Paragraph, *, keeps: bool) -> None:
        """Write the lines of a text."""
        for line in lines_of(block.text):
            paragraph = self.line(line, STYLES[block.style], align=ALIGNED.get(block.style))
        paragraph.paragraph_format.keep_with_next = keeps or None

    def pairs(self, block: Pairs, *, keeps: bool = False) -> None:
        """Write pairs of name and value."""
        if block.rows:
            rows = [[[name], lines_of(words_of(value))] for name, value in block.rows]
            widths = [PAIR_WIDTH, self.width - PAIR_WIDTH]
            word.table(self.document, [], rows, widths=widths, aligned=["left", "left"], keeps=keeps)

    def table(self, block: PaperTable, *, keeps: bool = False, signed: Sequence[str] = ()) -> None:
        """Write caption, table and note, or the sentence of an empty table. ``signed``: signature lines to add below its rows."""
        if not block.rows:
            if block.empty:
                self.line(block.empty, "Body Text").paragraph_format.keep_with_next = keeps or None
            return
        if block.caption:
            self.line(block.caption, "Caption")
        rows = cells_of(block)
        if block.total:
            rows.append(
                [[""] if value == "" else [words_of(value, column)] for value, column in zip(block.total, block.columns, strict=True)]
            )
        aligned = ["right" if column.kind is ColumnKind.NUMBER else "left" for column in block.columns]
        word.table(
            self.document,
            [column.head for column in block.columns],
            rows,
            widths=widths_in(block, self.width),
            aligned=aligned,
            keeps=keeps or bool(block.note),
            signed=signed,
        )
        if block.note:
            self.line(block.note, "Note").paragraph_format.keep_with_next = keeps or None

    def figure(self, block: Chart | Picture) -> None:
        """Write a chart or a picture."""
        if isinstance(block, Chart):
            self.chart(block)
        else:
            self.picture(block)

    def picture(self, block: Picture) -> None:
        """Write a picture above its caption; its title is its key, by which it is recognised when the document is imported."""
        paragraph = self.line("" if block.content else NOT_PRINTED, align=WD_ALIGN_PARAGRAPH.CENTER)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_before = PICTURE_SPACE
        if block.content:
            shape = paragraph.add_run().add_picture(BytesIO(block.content))
            scale = min(NATURAL, PICTURE_WIDE / shape.width, PICTURE_HIGH / shape.height)
            shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
            word.describe(shape, block.caption, title=f"file:{block.file}" if block.file else "")
        self.line(block.caption, "Caption").paragraph_format.keep_with_next = False

    def chart(self, block: Chart) -> None:
        """Write a chart: picture, caption and the figures behind it."""
        paragraph = self.line("", align=WD_ALIGN_PARAGRAPH.CENTER)
        paragraph.paragraph_format.keep_with_next = True
        size = {"height": RADAR_HIGH} if block.kind is ChartKind.RADAR else {"width": CHART_WIDE}
        shape = paragraph.add_run().add_picture(BytesIO(next(self.pictures)), **size)
        word.describe(shape, alternative(block))
        self.line(block.caption, "Caption")
        if block.source:
            self.line(block.source, "Note").paragraph_format.keep_with_next = True
        rows = [[[words_of(value)] for value in line] for line in block.lines]
        count = len(block.heads)
        word.table(self.document, block.heads, rows, widths=[self.width / count] * count, aligned=["left", *["right"] * (count - 1)])


def _is_signed(above: Block | None) -> bool:
    """Whether the signature below becomes a row of this table: LibreOffice separates a table from following text, but not joined rows."""
    return isinstance(above, PaperTable) and bool(above.rows) and not above.note


def _belongs(block: Block | None, above: Block) -> bool:
    """Whether the block stays with the one above it: a signature, which must not stand alone on a page, or a remark on a table."""
    remark = isinstance(block, Paragraph) and block.style is ParagraphStyle.NOTE
    return isinstance(block, Signature) or (remark and isinstance(above, PaperTable | Pairs))
