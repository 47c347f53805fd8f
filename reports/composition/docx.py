"""Word edition of a composition: real styles, numbered headings, tables with repeated heads, charts as pictures beside their figures."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm

from greendistrict.core.qr import qr_png
from reports.composition import word
from reports.composition.blocks import (
    Block,
    Chart,
    Composition,
    Heading,
    PageBreak,
    Pairs,
    PaperTable,
    Paragraph,
    Signature,
)
from reports.composition.charts import alternative, pictures_of
from reports.composition.enums import ColumnKind, ParagraphStyle, Style
from reports.composition.printed import groups_of, lines_of, widths_of, words_of

UPRIGHT, ACROSS, LARGE = (Mm(210), Mm(297)), (Mm(297), Mm(210)), (Mm(420), Mm(297))
MARGINS = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}
MARGINS_ACROSS = {"top_margin": Mm(28), "bottom_margin": Mm(26), "left_margin": Mm(25), "right_margin": Mm(25)}
TEXT_WIDTH, TEXT_WIDTH_ACROSS, TEXT_WIDTH_LARGE = 156, 247, 370
PAIR_WIDTH = 42
NORMAL = "Normal"
STYLES = {
    ParagraphStyle.BODY: "Body Text",
    ParagraphStyle.PLAIN: "Normal",
    ParagraphStyle.NOTE: "Note",
    ParagraphStyle.RIGHT: "Normal",
    ParagraphStyle.CENTER: "Normal",
}
ALIGNED = {ParagraphStyle.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT, ParagraphStyle.CENTER: WD_ALIGN_PARAGRAPH.CENTER}


def docx_of(composition: Composition, *, code: str) -> bytes:
    """The document; ``code`` as in ``html_of``."""
    document = Document()
    word.prepare(document, title=composition.title)
    writer = _WordWriter(document, composition)
    writer.set_page(document.sections[0], wide=False)
    if composition.style is Style.LETTER:
        writer.letter(code)
    else:
        writer.report(code)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


class _WordWriter:
    """Writes blocks one after another into a document."""

    def __init__(self, document: Any, composition: Composition) -> None:
        self.document, self.composition = document, composition
        self.numbering = word.Numbering()
        self.styles = {style.name: style for style in document.styles}
        self.pictures: Iterator[bytes] = iter(())
        self.width = TEXT_WIDTH
        self.pages = 0

    def letter(self, code: str) -> None:
        """One sheet by GB/T 9704."""
        paper = self.composition
        self.marks()
        self.line(paper.title, "Title")
        if paper.number:
            self.apart(self.line(paper.number, align=WD_ALIGN_PARAGRAPH.RIGHT))
        if paper.to:
            self.line(paper.to)
        self.groups()
        for index, annex in enumerate(paper.annexes):
            self.apart(self.line(annex, "Body Text"), lines=int(index == 0))
        if paper.issuer:
            self.apart(self.line(paper.issuer, "Signature"), lines=2).keep_with_next = True
            self.line(paper.dated, "Signature")
        if paper.contact:
            self.line(paper.contact, "Body Text")
        if paper.copies:
            self.apart(self.line(paper.copies))
        if code:  # at the foot of the first page, however long the letter is
            self.code(code, self.document.sections[0].first_page_footer)

    def report(self, code: str) -> None:
        """Cover, contents, then the blocks."""
        paper = self.composition
        self.marks()
        self.line(paper.title, "Title").paragraph_format.space_before = Mm(30)
        if paper.subtitle:
            self.line(paper.subtitle, "Subtitle")
        self.pairs(Pairs(paper.cover))
        if code:
            self.code(code, self.document)
        heads = [block for group in groups_of(paper) for block in group.blocks if isinstance(block, Heading) and block.level < 3]  # noqa: PLR2004 -- two levels in the contents
        if len(heads) > 2:  # noqa: PLR2004 -- as on paper
            self.document.add_page_break()
            self.line("目　录", "TOC Heading")
            word.contents(self.document, [(head.text, head.level) for head in heads])
        self.document.add_page_break()
        self.groups()

    def marks(self) -> None:
        """演示数据 and other marks, above the title as on paper; the header has them on the other pages."""
        if self.composition.all_marks:
            self.line("　".join(self.composition.all_marks), "Note", align=WD_ALIGN_PARAGRAPH.RIGHT)

    def code(self, code: str, place: Any) -> None:
        """查验码 with its QR code, in the text or in a foot."""
        picture = place.add_paragraph(style="Normal")
        shape = picture.add_run().add_picture(BytesIO(qr_png(code)), width=Mm(18))
        word.describe(shape, "核验二维码")
        words = place.add_paragraph(f"查验码 {code}", style="Note")
        picture.alignment = words.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def groups(self) -> None:
        """Blocks, each orientation in a section of its own."""
        groups = groups_of(self.composition)
        self.pictures = iter(pictures_of([block for group in groups for block in group.blocks if isinstance(block, Chart)]))
        for group in groups:
            if group.wide or self.width != TEXT_WIDTH:
                self.set_page(self.document.add_section(WD_SECTION.NEW_PAGE), wide=group.wide, large=group.large)
            for block in group.blocks:
                self.block(block)

    def set_page(self, section: Any, *, wide: bool, large: bool = False) -> None:
        """Paper, margins, head and foot of a section."""
        section.page_width, section.page_height = LARGE if large else ACROSS if wide else UPRIGHT
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        for name, size in (MARGINS_ACROSS if wide else MARGINS).items():
            setattr(section, name, size)
        self.width = TEXT_WIDTH_LARGE if large else TEXT_WIDTH_ACROSS if wide else TEXT_WIDTH
        head = "　".join((self.composition.title, *self.composition.all_marks))
        word.head_and_foot(section, head, first=not self.pages, first_head=self.composition.level_mark)
        self.pages += 1

    def line(self, text: str, style: str = NORMAL, *, align: Any = None) -> Any:
        """One paragraph."""
        paragraph = self.document.add_paragraph(text)
        if style != NORMAL:  # the default; python-docx looks through all styles for each name
            paragraph._p.style = self.styles[style].style_id  # noqa: SLF001 -- as the library does for its own
        if align is not None:
            paragraph.alignment = align
        return paragraph

    def apart(self, paragraph: Any, lines: int = 1) -> Any:
        """Layout of a paragraph with blank lines above it, as on paper."""
        shape = paragraph.paragraph_format
        shape.space_before = lines * word.LINE
        return shape

    def block(self, block: Block) -> None:
        """One block."""
        match block:
            case Heading(text=text, level=level):
                self.numbering.heading(self.document, text, level)
            case Paragraph(text=text, style=style):
                for line in lines_of(text):
                    self.line(line, STYLES[style], align=ALIGNED.get(style))
            case Pairs():
                self.pairs(block)
            case PaperTable():
                self.table(block)
            case Chart():
                self.chart(block)
            case Signature(lines=lines):
                for text in lines:
                    self.line(text, "Signature").paragraph_format.keep_with_next = text is not lines[-1]
            case PageBreak():
                self.document.add_page_break()

    def pairs(self, block: Pairs) -> None:
        """Pairs of name and value."""
        if block.rows:
            rows = [[[name], lines_of(words_of(value))] for name, value in block.rows]
            word.table(self.document, [], rows, widths=[PAIR_WIDTH, self.width - PAIR_WIDTH], aligned=["left", "left"])

    def table(self, block: PaperTable) -> None:
        """Caption, table and note; the sentence of an empty one."""
        if not block.rows:
            if block.empty:
                self.line(block.empty, "Body Text")
            return
        if block.caption:
            self.line(block.caption, "Caption")
        rows = [[lines_of(words_of(value, column)) for value, column in zip(row, block.columns, strict=True)] for row in block.rows]
        if block.total:
            rows.append(
                [[""] if value == "" else [words_of(value, column)] for value, column in zip(block.total, block.columns, strict=True)]
            )
        aligned = ["right" if column.kind is ColumnKind.NUMBER else "left" for column in block.columns]
        word.table(
            self.document, [column.head for column in block.columns], rows, widths=widths_of(block.columns, self.width), aligned=aligned
        )
        if block.note:
            self.line(block.note, "Note")

    def chart(self, block: Chart) -> None:
        """Picture, caption and the figures behind it."""
        paragraph = self.line("", align=WD_ALIGN_PARAGRAPH.CENTER)
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(BytesIO(next(self.pictures)), width=Mm(120))
        word.describe(shape, alternative(block))
        self.line(block.caption, "Caption")
        rows = [[[words_of(value)] for value in line] for line in block.lines]
        count = len(block.heads)
        word.table(self.document, block.heads, rows, widths=[self.width / count] * count, aligned=["left", *["right"] * (count - 1)])
