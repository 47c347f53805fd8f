"""How a composition is laid out, and the confidentiality that each page of it bears."""

import json
from dataclasses import replace
from io import BytesIO

import docx
import openpyxl
import pypdfium2
import pytest
from docx.shared import Pt
from pypdf import PdfReader

from greendistrict.documents.enums import Confidentiality
from reports.composition.blocks import (
    Chart,
    ChartSeries,
    Composition,
    Heading,
    PageBreak,
    Pairs,
    PaperColumn,
    PaperTable,
    Paragraph,
    Signature,
    Wide,
)
from reports.composition.enums import ChartKind, ColumnKind, ParagraphStyle, Style
from reports.composition.printed import parting_of, title_lines
from reports.composition.services import made_of
from tests import pdf_texts
from tests.reports.composition.samples import CODE, in_word, letter, report
from tests.reports.fitness import FLUSH, flush_share, room_left

AREA = pytest.mark.area("reports", "static/css")

NUMERALS = "一二三四五六七八九十"


def pages(composition):
    """Text without white space and whether it lies across, of every page."""
    content = made_of(composition, code="ABCD-EFGH-JKLM-NPQR", formats=["pdf"])["pdf"]
    boxes = [page.mediabox for page in PdfReader(BytesIO(content)).pages]
    return [(text, box.width > box.height) for text, box in zip(pdf_texts.squeezed(content), boxes, strict=True)]


def chapters(count, title="演示城区（虚构）年度评估报告"):
    blocks = [block for number in NUMERALS[:count] for block in (Heading(f"{number}、情况"), Paragraph("有记录。"))]
    return Composition(title, tuple(blocks))


@AREA
@pytest.mark.parametrize(
    ("composition", "place"),
    [(chapters(2), None), (chapters(3), 0), (chapters(8), 0), (chapters(9), 1), (chapters(8, "演示很长的城区名称（虚构）" * 6), None)],
)
def test_contents_stand_on_the_cover_or_on_a_page_that_they_fill_or_not_at_all(composition, place):
    assert [number for number, (text, _) in enumerate(pages(composition)) if "目录" in text] == ([] if place is None else [place])
    word = in_word(composition)
    assert ("目　录" in [one.text for one in word.paragraphs]) == (place is not None)


EMPTY = PaperTable("意见", (PaperColumn("序号", 12),), (), empty="没有意见。")
SEVERAL = Composition("记录", (Paragraph("在前。"), Wide((Heading("一、意见"), EMPTY, Heading("二、答复"), EMPTY))))


def wide(rows, cell="有记录", kind=ColumnKind.TEXT, *, large=False):
    columns = (PaperColumn("序号", 12), *(PaperColumn(name, 40, kind) for name in ("领域", "条文", "意见", "答复", "复核")))
    part = Wide((Heading("一、意见"), PaperTable("意见", columns, ((1, *[cell] * 5),) * rows)), large)
    return Composition("记录", (Paragraph("在前。"), part, Paragraph("在后。")))


@AREA
@pytest.mark.parametrize(
    ("composition", "across"),
    [(wide(0), False), (wide(1), False), (wide(3), False), (wide(30), True), (wide(1, "很长的意见。" * 60), True),
     (wide(1, "123,456,789,012.50", ColumnKind.NUMBER), True), (wide(1, large=True), True), (wide(0, large=True), False),
     (SEVERAL, False)],
)  # fmt: skip
def test_a_wide_part_lies_across_only_where_its_page_would_not_be_nearly_empty(composition, across):
    assert any(lies for _, lies in pages(composition)) is across
    word = in_word(composition)
    assert any(section.page_width > section.page_height for section in word.sections) is across


MIXED = (
    "截至2026年12月31日，全市绿色生态城区7个（试点5个、示范2个），规划范围面积合计17.96 km²；年碳排放总量合计21,345.00 tCO₂e，"
    "单位面积排放39.1 kgCO₂e/(m²·a)，比上年减少12.5%。请演示城区的责任单位于2027年6月30日前办理SQ-2026-0001的整改。"
)


@AREA
@pytest.mark.parametrize("words", [MIXED * 6, "绿色生态城区推进工作扎实有效。" * 40])
def test_full_lines_end_flush_at_the_right_edge(words):
    paper = Composition("记录", (Paragraph(words),), Style.LETTER)
    content = made_of(paper, code="", formats=["pdf"])["pdf"]
    assert 1 >= flush_share(content, paper) >= FLUSH
    said = "".join(pdf_texts.squeezed(content))
    assert words[:30] in said, "spaced signs are still one text"


def test_a_title_parts_where_a_phrase_ends():
    for lines in (
        ["2026年度应报事项计划"], ["演示云湾区（虚构）", "2025年度评估报告"], ["演示港湾区（虚构）", "2026年9月提前组织的阶段评估报告"],
        ["拟撤销演示城区（虚构）", "“上海市绿色生态城区”", "称号事先告知书"], ["试点申报SQ-2026-0001受理的函"],
        ["没有可断之处而且长得一行放不下之标题到这里"],
    ):  # fmt: skip
        assert title_lines("".join(lines), 16) == lines


def test_a_letter_that_is_closer_in_pdf_is_closer_in_word():
    for sentences, height in ((30, Pt(28.95)), (57, Pt(24.5)), (120, Pt(28.95))):
        made = made_of(letter(sentences), code="ABCD-EFGH-JKLM-NPQR", formats=["pdf", "docx"])
        assert docx.Document(BytesIO(made["docx"])).styles["Body Text"].paragraph_format.line_spacing == height
        assert (len(PdfReader(BytesIO(made["pdf"])).pages) == 1) is (sentences < 120)


@AREA
def test_the_code_stays_on_a_cover_with_many_facts():
    cover = tuple((f"事项{number}", "演示城区（虚构）绿色生态城区终期验收") for number in range(10))
    paper = Composition("演示云湾区（虚构）绿色生态城区终期验收（已公告）卷内目录", (Paragraph("有记录。"),), cover=cover)
    assert ["ABCD-EFGH-JKLM-NPQR" in text for text, _ in pages(paper)] == [True, False]


def parted(rows, *after, note=""):
    """Of each row of a table in Word, head first: whether it stays with the next one, and whether it may go on over the page."""
    columns = (PaperColumn("序号", 12), PaperColumn("情形"))
    paper = Composition("记录", (PaperTable("情形", columns, rows, note=note), *after))
    table = in_word(paper).tables[0]
    return [("keepNext" in row._tr.xml, "cantSplit" not in row._tr.xml) for row in table.rows]


def test_word_parts_tables_where_paper_does():
    line, high = ("1", "有记录。"), ("2", "很长的意见。" * 200)
    assert parted((line,) * 3) == [(True, False)] * 3 + [(False, False)]
    assert [joined for joined, _ in parted((line,) * 20)] == [True, True, *[False] * 17, True, False]
    assert [torn for _, torn in parted((line, high, line))] == [False, False, True, False]


SAID, TOLD = "绿色生态城区推进工作扎实有效。", "市住房城乡建设管理委解读2025年6月24日"


@pytest.mark.parametrize("lines", [0, 2, 12])
def test_a_table_parts_rather_than_leave_much_of_a_page_empty(lines):
    columns = PaperColumn("时点", 30), PaperColumn("合计", 20, ColumnKind.NUMBER), PaperColumn("出处", 20)
    rows = tuple((f"{year}年底", 1, TOLD[: 7 * (year % 3)]) for year in range(2018, 2026))
    counted = PaperTable("历年数量", columns, rows, total=("合计", 8, ""))
    high = PaperTable("实施主体", columns, tuple((name, 1, TOLD) for name in NUMERALS[:3]), total=("合计", 3, ""))
    chart = Chart("历年末", ChartKind.LINES, ("2024年", "2025年"), (ChartSeries("合计", (3, 7)),))
    blocks = Heading("一、数量"), *[Paragraph(SAID)] * lines, counted, chart, high, chart, counted, Paragraph(SAID * 3)
    content = made_of(Composition("记录", blocks), code="", formats=["pdf"])["pdf"]
    *body, _ = list(room_left(content))[1:]
    assert max(body) < 0.4, "the cover and the last page aside"
    texts = pdf_texts.squeezed(content)
    assert not any(text.removeprefix("记录").startswith("合计") for text in texts), "no total stands alone"


def test_no_low_row_and_no_total_of_a_table_stands_alone():
    low, high = [["有记录"]], [["很长的意见。" * 9]]
    for rows, joined in (
        ([low] * 9, {1, 8, 9}), ([high, *[low] * 8], {8, 9}), ([*[low] * 8, high], {1, 9}), ([low, high], {1, 2}), ([high, low], {1, 2}),
        ([high, high], {2}), ([low], {1}), ([], set()),
    ):  # fmt: skip
        assert parting_of(rows, [40], total=bool(rows)).joined == joined
    assert parting_of([low] * 9, [40]).joined == {1, 8}
    assert [parting_of([low] * rows, [40]).whole for rows in (7, 8)] == [True, False]


@AREA
@pytest.mark.parametrize(("entries", "sheets"), [(26, 1), (28, 1), (29, 2)])
def test_contents_are_closer_where_that_spares_a_page(entries, sheets):
    blocks = [block for number in range(entries) for block in (Heading(f"第{number}部分"), Paragraph("有记录。"))]
    assert sum("部分…" in text or "部分.." in text for text, _ in pages(Composition("记录", tuple(blocks)))) == sheets


def test_what_is_remarked_stays_with_the_last_row_in_word():
    rows = (("1", "有记录。"),) * 20
    ends = [parted(rows), parted(rows, Paragraph("说明。", ParagraphStyle.NOTE)), parted(rows, note="说明。")]
    assert [table[-1][0] for table in ends] == [False, True, True]


def test_who_signs_is_the_last_row_of_the_table_in_word():
    """LibreOffice parts a long table from what follows it, whatever its rows say."""
    rows, signed = (("1", "有记录。"),) * 20, Signature(("签名：甲", "2026年3月1日"))
    assert parted(rows, signed)[-3:] == [(True, False), (True, False), (False, False)]
    paper = Composition("记录", (PaperTable("情形", (PaperColumn("序号", 12), PaperColumn("情形")), rows), signed))
    document = in_word(paper)
    last = document.tables[0].rows[-1].cells
    assert [(cell.text, cell._tc.grid_span) for cell in last] == [("签名：甲\n2026年3月1日", 2)] * 2
    assert [line.style.name for line in last[0].paragraphs] == ["Signature"] * 2
    assert not [line for line in document.paragraphs if "签名" in line.text]


def kept_with_next(lines, text):
    """Of the paragraph that begins so, and of the one before."""
    at = next(number for number, line in enumerate(lines) if line.text == text)
    return [bool(line.paragraph_format.keep_with_next) for line in lines[at - 1 : at + 1]]


def test_neither_who_issues_a_letter_nor_whom_to_ask_stands_alone_on_a_page_in_word():
    for copies in ("", "抄送：甲区政府。"):
        assert kept_with_next(in_word(letter(copies=copies)).paragraphs, "（联系人：甲）") == [True, bool(copies)]
    for annexes in ((), ("附件：1. 评分表", "　　　2. 名单")):
        assert kept_with_next(in_word(letter(57, annexes=annexes)).paragraphs, "上海市住房和城乡建设管理委员会") == [True, True]


def test_who_signs_stands_a_line_below_the_text_in_word_as_on_paper():
    signed = Composition("纪要", (Paragraph("同意。"), Signature(("2026年11月23日", "专家组"))), Style.LETTER)
    gaps = {one.text: one.paragraph_format.space_before for one in in_word(signed).paragraphs}
    assert (gaps["2026年11月23日"] > Pt(20), gaps["专家组"]) == (True, None)


@AREA
def test_the_name_of_a_fact_never_stands_at_the_foot_of_a_page_beside_an_empty_cell():
    words = "逐项核对台账并现场复核。" * 100
    for lines in (17, 18, 19):
        text = (Paragraph("有记录。\n" * lines), Pairs((("整改要求", words),)))
        shown = [page for page, _ in pages(Composition("记录", text, Style.LETTER)) if "整改要求" in page]
        assert "逐项核对" in shown[0].partition("整改要求")[2], lines


def test_the_running_head_of_word_is_one_line_however_long_the_title_is():
    paper = Composition("演示很长的城区名称（虚构）" * 6, (Paragraph("有记录。"),), is_demo=True)
    head = in_word(paper).sections[0].header.paragraphs[0].text
    assert (len(head), head[-5:]) == (37, "　演示数据")


@AREA
def test_a_digest_in_a_sentence_is_not_cut_off_at_the_edge_of_the_page():
    digest = "7838ceec912b027b" * 4
    paper = Composition("回执", (Paragraph(f"材料的校验值（SHA-256）为{digest}，可凭以核对。"),), style=Style.LETTER)
    with pypdfium2.PdfDocument(made_of(paper, code="", formats=["pdf"])["pdf"]) as document:
        page = document[0]
        text = page.get_textpage()
        signs = text.get_text_range()  # with the ends of lines, which PDFium puts a third of a sign behind the last one
        right = [text.get_charbox(place)[2] for place, sign in enumerate(signs) if not sign.isspace()]
        assert max(right) < page.get_width() - 25 / 25.4 * 72


SHORT = replace(report(), blocks=(Paragraph("在前。"), PageBreak(), Paragraph("在后。")))


@AREA
@pytest.mark.parametrize(
    ("level", "paper", "mark", "label"),
    [
        (None, SHORT, "内部资料", "内部"), (None, letter(), "内部资料", "内部"), ("internal", letter(), "内部资料", "内部"),
        ("classified", SHORT, "密级资料", "密级"), ("public", SHORT, "", "公开"), ("public", letter(), "", "公开"),
    ],
)  # fmt: skip
def test_the_confidentiality_stands_on_the_first_page_only(paper, level, mark, label):
    paper = replace(paper, confidentiality=Confidentiality(level) if level else None)
    made = made_of(paper, code=CODE, formats=["pdf", "docx", "xlsx", "json"])
    first, *others = pdf_texts.squeezed(made["pdf"])
    word = docx.Document(BytesIO(made["docx"])).sections[0]
    marks = {words for words in ("内部资料", "密级资料") if words in first}
    assert (marks, word.first_page_header.paragraphs[0].text) == ({mark} - {""}, mark)
    assert others or paper.style is Style.LETTER
    assert not [page for page in others if "内部资料" in page or "密级资料" in page]
    sheet = openpyxl.load_workbook(BytesIO(made["xlsx"])).worksheets[0]
    assert ("资料" in str(sheet["A2"].value), json.loads(made["json"])["confidentiality"]) == (bool(mark), label)
