"""Word features that python-docx lacks, written as XML: styles by GB/T 9704, numbered headings, contents, page numbers, large tables."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from greendistrict.core import clock
from greendistrict.core.marked_text import MarkedText, TextRun
from greendistrict.core.papers import PORTAL
from greendistrict.core.qr import qr_png
from greendistrict.core.rounding import chinese
from reports.composition.printed import parting_of

SONG, HEI, KAI, TITLE = "FangSong", "SimHei", "KaiTi", "FZXiaoBiaoSong-B05S"
LINE, CLOSER = Pt(28.95), Pt(24.5)  # 22 and 26 lines to a page
BLACK = RGBColor(0, 0, 0)
# Numbers as typed in headings of each level; consecutive ones become list numbers.
TYPED = {1: "{}、", 2: "（{}）", 3: "{}. "}
INDENT = '<w:pPr><w:ind w:left="0" w:firstLineChars="200" w:firstLine="640"/></w:pPr>'  # without it Word and LibreOffice take the list's
CELL_MARGIN = 80  # twentieths of a point at both sides of a cell, as on paper
LIST = (
    f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90"><w:multiLevelType w:val="multilevel"/>'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/>'
    f'<w:lvlText w:val="%1、"/>{INDENT}</w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/>'
    f'<w:lvlText w:val="（%2）"/>{INDENT}</w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="nothing"/><w:lvlText w:val="%3. "/>'
    f"{INDENT}</w:lvl>"
    "</w:abstractNum>"
)
POINTS, NUMBERS, DEEPEST = 91, 92, 8  # lists of points and of numbers, and how deep one may stand in others
HANGING, DEEPER = 474, 474  # twentieths of a point: what a number hangs out, and by how much an inner list is set in


def prepare(document: Any, *, title: str, author: str = "", line: Any = LINE) -> None:
    """Set up styles, heading list, language, properties and feet of odd and even pages; ``line`` is the height of a text line."""
    document.settings.odd_and_even_pages_header_footer = True
    properties = document.core_properties
    properties.title, properties.author, properties.language = title, author or PORTAL, "zh-CN"
    properties.created = properties.modified = clock.now()
    styles = document.styles
    _style(styles["Normal"], SONG, 16, line=line)
    indented = styles["Body Text"]
    _style(indented, SONG, 16, line=line, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    _first_line(indented)
    for level, font in ((1, HEI), (2, KAI), (3, SONG)):
        style = styles[f"Heading {level}"]
        _style(style, font, 16)
        _first_line(style)
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.space_after = Pt(4)
    _style(styles["Title"], TITLE, 22, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(34))
    _style(styles["Subtitle"], SONG, 18, align=WD_ALIGN_PARAGRAPH.CENTER)
    styles["Subtitle"].paragraph_format.space_after = Pt(16)
    _style(styles["TOC Heading"], HEI, 18, align=WD_ALIGN_PARAGRAPH.CENTER)
    _style(styles["Caption"], HEI, 12, align=WD_ALIGN_PARAGRAPH.CENTER, line=Pt(24))
    styles["Caption"].paragraph_format.keep_with_next = True
    for name, size in (("Note", 10.5), ("Cell", 10.5), ("Signature", 16), ("TOC 1", 14), ("TOC 2", 12)):
        style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        _style(style, SONG, size, line=line if name == "Signature" else Pt(size * 1.5))
    styles["TOC 2"].paragraph_format.left_indent = Pt(28)
    # Without gaps between digits and Chinese characters, as in the PDF: with them a date does not fit its column.
    shape = styles["Cell"].element.get_or_add_pPr()
    for gap in ("autoSpaceDE", "autoSpaceDN"):
        shape.insert_element_before(parse_xml(f'<w:{gap} {nsdecls("w")} w:val="0"/>'), "w:spacing", "w:ind", "w:jc")
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    defaults.find(qn("w:lang")).set(qn("w:eastAsia"), "zh-CN")  # Chinese forms of punctuation
    styles["Signature"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    styles["Signature"].paragraph_format.right_indent = Pt(63)
    document.part.numbering_part.element.insert(0, parse_xml(LIST))
    document.part.numbering_part.element.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>')
    )  # fmt: skip


def _style(style: Any, font: str, size: float, *, bold: bool = False, align: Any = None, line: Any = LINE) -> None:
    style.font.name, style.font.size, style.font.bold, style.font.italic = font, Pt(size), bold, False
    style.font.color.rgb = BLACK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(name), font)
    shape = style.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.AT_LEAST, line
    if align is not None:
        shape.alignment = align
    borders = style.element.get_or_add_pPr().find(qn("w:pBdr"))
    if borders is not None:
        borders.getparent().remove(borders)


def _first_line(style: Any) -> None:
    """Indent the first line by two characters of any size."""
    style.paragraph_format.first_line_indent = Pt(32)
    style.element.get_or_add_pPr().find(qn("w:ind")).set(qn("w:firstLineChars"), "200")


AFTER_FIELDS = frozenset(map(qn, ("w:hdrShapeDefaults", "w:footnotePr", "w:endnotePr", "w:compat")))  # by the schema of settings


class Numbering:
    """Headings numbered by Word's list if their typed number continues it; other numbers stay text."""

    def __init__(self) -> None:
        self.last = [0, 0, 0]

    def heading(self, document: Any, text: str, level: int) -> None:
        """Add one heading."""
        expected = self.last[level - 1] + 1
        typed = TYPED[level].format(expected if level == len(self.last) else chinese(expected))
        runs_on = text.startswith(typed)
        paragraph = document.add_paragraph(text.removeprefix(typed), style=f"Heading {level}")
        if runs_on:
            self.last[level - 1 :] = [expected, *([0] * (3 - level))]
            properties = paragraph._p.get_or_add_pPr()
            properties._insert_numPr(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level - 1}"/><w:numId w:val="90"/></w:numPr>'))


def add_text(document: Any, text: str) -> Any:
    """Add a paragraph; bold and italic words become separate runs."""
    if not isinstance(text, MarkedText):
        return document.add_paragraph(text)
    paragraph = document.add_paragraph()
    for one in text.runs:
        run = paragraph.add_run(one.text)
        run.bold, run.italic = one.bold or None, one.italic or None
    return paragraph


def listing(document: Any, items: Sequence[tuple[int | None, str, int]]) -> None:
    """Add items as a Word list, which counts on from the first number; bullets may be nested at any depth."""
    numbers = document.part.numbering_part.element
    first = next((number for number, _, _ in items if number is not None), None)
    own = POINTS if first is None else NUMBERS
    if not numbers.xpath(f"w:abstractNum[@w:abstractNumId='{own}']"):
        numbers.xpath("w:abstractNum")[-1].addnext(_list(own))
    key = max(int(one.get(qn("w:numId"))) for one in numbers.xpath("w:num")) + 1
    start = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{first}"/></w:lvlOverride>' if first is not None else ""
    numbers.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{key}"><w:abstractNumId w:val="{own}"/>{start}</w:num>'))
    for _, text, depth in items:
        properties = add_text(document, text)._p.get_or_add_pPr()
        properties._insert_numPr(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{min(depth, DEEPEST)}"/><w:numId w:val="{key}"/></w:numPr>')
        )


def _list(key: int) -> Any:
    """A bullet list, or one whose outer items are numbered."""
    levels = ""
    for depth in range(DEEPEST + 1):
        kind, shown = ("decimal", "%1.") if key == NUMBERS and not depth else ("bullet", "–" if depth else "•")
        left = 640 + HANGING + depth * DEEPER
        levels += (
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{shown}"/>'
            f'<w:pPr><w:ind w:left="{left}" w:hanging="{HANGING}"/></w:pPr></w:lvl>'
        )
    return parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{key}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )


def contents(document: Any, heads: Sequence[tuple[str, int]]) -> None:
    """Add a table of contents: a field that Word fills with page numbers when it opens the document; until then it shows the headings."""
    later = next(one for one in document.settings.element if one.tag in AFTER_FIELDS)
    later.addprevious(parse_xml(f'<w:updateFields {nsdecls("w")} w:val="true"/>'))
    first = None
    for text, level in heads:
        paragraph = document.add_paragraph(style=f"TOC {level}")
        if first is None:
            first = paragraph
            _field_part(paragraph, "begin")
            _instruction(paragraph, r'TOC \o "1-2" \h \z \u')
            _field_part(paragraph, "separate")
        paragraph.add_run(text)
    if first is not None:
        _field_part(paragraph, "end")


def head_and_foot(section: Any, head: str, *, first: bool, first_head: str = "") -> None:
    """Set the running header with the marks (``first_head`` on the first page) and the page number between dashes at the outer edge."""
    section.different_first_page_header_footer = first
    for part in (section.header, section.even_page_header):
        part.is_linked_to_previous = False
        line = part.paragraphs[0]
        line.text, line.style = head, section.part.document.styles["Note"]
    if first and first_head:
        section.first_page_header.is_linked_to_previous = False
        top = section.first_page_header.paragraphs[0]
        top.text, top.style = first_head, section.part.document.styles["Note"]
    feet = {section.footer: True, section.even_page_footer: False, **({section.first_page_footer: True} if first else {})}
    for foot, right in feet.items():
        foot.is_linked_to_previous = False
        paragraph = foot.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
        shape = paragraph.paragraph_format  # a character of 14 pt from the edge, as on paper
        shape.left_indent, shape.right_indent = (None, Pt(14)) if right else (Pt(14), None)
        paragraph.add_run("— ")
        _field_part(paragraph, "begin")
        _instruction(paragraph, "PAGE")
        _field_part(paragraph, "separate")
        paragraph.add_run("1")
        _field_part(paragraph, "end")
        paragraph.add_run(" —")
        for run in paragraph.runs:
            run.font.size = Pt(14)


def _field_part(paragraph: Any, kind: str) -> None:
    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(part)


def _instruction(paragraph: Any, text: str) -> None:
    part = OxmlElement("w:instrText")
    part.set(qn("xml:space"), "preserve")
    part.text = text
    paragraph.add_run()._r.append(part)


def qr_code(paragraph: Any, code: str, width: Any) -> None:
    """Add the QR code of a 查验码 at the end of a paragraph."""
    describe(paragraph.add_run().add_picture(BytesIO(qr_png(code)), width=width), "核验二维码")


def code_at_foot(section: Any, code: str) -> None:
    """Add QR code and 查验码 to the first page's footer, which leaves room for the 22 lines of the page."""
    number = section.first_page_footer.paragraphs[0]
    number.style = section.part.document.styles["Note"]
    number.alignment = WD_ALIGN_PARAGRAPH.LEFT
    number.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
    runs = list(number.runs)
    qr_code(number, code, Mm(14))
    number.add_run(f" 查验码 {code}\t").font.size = Pt(10.5)
    for run in runs:  # behind the code
        number._p.append(run._r)


def at_top_right(paragraph: Any) -> None:
    """Move a paragraph out of the text to the top of its page."""
    place = f'<w:framePr {nsdecls("w")} w:wrap="around" w:hAnchor="margin" w:xAlign="right" w:vAnchor="page" w:y="{Mm(27).twips}"/>'
    paragraph._p.get_or_add_pPr().insert_element_before(
        parse_xml(place), "w:widowControl", "w:numPr", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def at_foot(paragraph: Any) -> None:
    """Move a paragraph to the foot of its page, with the paragraphs beside it that are moved as well."""
    place = f'<w:framePr {nsdecls("w")} w:w="{Mm(156).twips}" w:wrap="around" w:hAnchor="margin" w:vAnchor="margin" w:yAlign="bottom"/>'
    paragraph._p.get_or_add_pPr().insert_element_before(
        parse_xml(place), "w:widowControl", "w:numPr", "w:pBdr", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def frame(section: Any) -> None:
    """Draw a double line around the pages of a section (certificate)."""
    sides = "".join(f'<w:{side} w:val="double" w:sz="12" w:space="24" w:color="8A1C1C"/>' for side in ("top", "left", "bottom", "right"))
    borders = parse_xml(f'<w:pgBorders {nsdecls("w")} w:offsetFrom="text">{sides}</w:pgBorders>')
    section._sectPr.insert_element_before(borders, "w:lnNumType", "w:pgNumType", "w:cols", "w:titlePg", "w:docGrid")


def between_rules(paragraph: Any) -> None:
    """Add thin rules above and below a paragraph (抄送), as in the PDF."""
    sides = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="4" w:color="000000"/>' for side in ("top", "bottom"))
    rules = f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>"
    paragraph._p.get_or_add_pPr().insert_element_before(parse_xml(rules), "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def describe(shape: Any, text: str, *, title: str = "") -> None:
    """Set a picture's alternative text and title."""
    shape._inline.docPr.set("descr", text)
    if title:
        shape._inline.docPr.set("title", title)


def table(
    document: Any,
    head: Sequence[str],
    rows: Sequence[Sequence[Sequence[str]]],
    *,
    widths: Sequence[float],
    aligned: Sequence[str],
    keeps: bool = False,
    signed: Sequence[str] = (),
) -> None:
    """Add a table with a repeated header; cells are paragraphs. ``keeps``: keep its end on the page of what follows.

    ``signed`` are signature lines for a last row without borders, kept with the rows above it across pages.

    Page breaks follow the PDF: none in a short table, none next to its first or last row, and within a row only if the row fills most of a
    page.

    Written directly as XML: python-docx searches for each cell, which takes minutes for a table of 300 rows.
    """
    made = document.add_table(rows=0, cols=len(widths), style="Table Grid")
    made.autofit = False
    made._tblPr.append(parse_xml(f'<w:tblInd {nsdecls("w")} w:w="{CELL_MARGIN}" w:type="dxa"/>'))  # its edge is the margin, not its text
    sides = "".join(f'<w:{side} w:w="{CELL_MARGIN}" w:type="dxa"/>' for side in ("left", "right"))
    made._tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{sides}</w:tblCellMar>"))
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    parting = parting_of(rows, widths)
    if head:
        made._tbl.append(_row([[text] for text in head], widths, ["center"] * len(head), head=True, joined=True))
    for number, row in enumerate(rows, start=1):
        joined = keeps or bool(signed) if number == len(rows) else parting.whole or number in parting.joined
        made._tbl.append(_row(row, widths, aligned, joined=joined, torn=number in parting.tall))
    if signed:
        made._tbl.append(_signature_row(signed, sum(widths), len(widths)))
    spacer = document.add_paragraph(style="Note")
    spacer.paragraph_format.line_spacing = Pt(6)
    spacer.paragraph_format.keep_with_next = keeps


def _row(
    cells: Sequence[Sequence[str]],
    widths: Sequence[float],
    aligned: Sequence[str],
    *,
    head: bool = False,
    joined: bool = False,
    torn: bool = False,
    style: str = "Cell",
) -> Any:
    """A row; ``joined``: keep on the page of the next row; ``torn``: may break across pages."""
    row = OxmlElement("w:tr")
    properties = OxmlElement("w:trPr")
    if not torn:
        properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))
    row.append(properties)
    for lines, width, side in zip(cells, widths, aligned, strict=True):
        row.append(_cell(lines, width, side, joined=joined, style=style))
    return row


def _signature_row(lines: Sequence[str], width: float, columns: int) -> Any:
    """A row over all columns, one blank line below the last row."""
    row = _row([lines], [width], ["right"], style="Signature")
    borders = "".join(f'<w:{side} w:val="nil"/>' for side in ("left", "bottom", "right"))
    size = row.find(f".//{qn('w:tcW')}")
    size.addnext(parse_xml(f"<w:tcBorders {nsdecls('w')}>{borders}</w:tcBorders>"))
    size.addnext(parse_xml(f'<w:gridSpan {nsdecls("w")} w:val="{columns}"/>'))
    row.find(f".//{qn('w:pStyle')}").addnext(parse_xml(f'<w:spacing {nsdecls("w")} w:before="{LINE.twips}"/>'))
    return row


def _run(one: TextRun) -> Any:
    run, look, text = OxmlElement("w:r"), OxmlElement("w:rPr"), OxmlElement("w:t")
    for name, is_on in (("w:b", one.bold), ("w:i", one.italic)):
        if is_on:
            look.append(OxmlElement(name))
    if len(look):
        run.append(look)
    text.text = one.text
    text.set(qn("xml:space"), "preserve")
    run.append(text)
    return run


def _cell(lines: Sequence[str], width: float, side: str, *, joined: bool, style: str) -> Any:
    cell = OxmlElement("w:tc")
    properties = OxmlElement("w:tcPr")
    size = OxmlElement("w:tcW")
    size.set(qn("w:w"), str(Mm(width).twips))
    size.set(qn("w:type"), "dxa")
    properties.append(size)
    cell.append(properties)
    for line in lines:
        paragraph = OxmlElement("w:p")
        about = OxmlElement("w:pPr")
        kind = OxmlElement("w:pStyle")
        kind.set(qn("w:val"), style)
        about.append(kind)
        if joined:
            about.append(OxmlElement("w:keepNext"))
        place = OxmlElement("w:jc")
        place.set(qn("w:val"), side)
        about.append(place)
        paragraph.append(about)
        for one in line.runs if isinstance(line, MarkedText) else (TextRun(line),):
            paragraph.append(_run(one))
        cell.append(paragraph)
    return cell
