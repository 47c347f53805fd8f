"""One composition in every format: the same words, typed figures, real structure."""

import csv
import datetime as dt
import json
import re
from dataclasses import replace
from decimal import Decimal
from io import BytesIO, StringIO
from zipfile import ZipFile

import docx
import openpyxl
import pikepdf
import pypdfium2
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from PIL import Image
from pypdf import PdfReader

from greendistrict.core.papers import PORTAL
from reports.composition.blocks import Chart, ChartSeries, Composition, Heading, Pairs, PaperColumn, PaperTable, Paragraph, Picture
from reports.composition.enums import ChartKind, ColumnKind, FileFormat
from reports.composition.html import html_of
from reports.composition.printed import DIGIT, PADDING, groups_of, texts_of, widths_in, widths_of, words_of
from reports.composition.services import made_of
from tests import pdf_texts
from tests.reports.composition.samples import CODE, in_excel, in_word, letter, report

AREA = pytest.mark.area("reports", "static/css")


@pytest.fixture(scope="module")
def made():
    return made_of(report(), code=CODE, formats=[one for one in FileFormat if one not in {FileFormat.ZIP, FileFormat.OFD}])


NUMBER = re.compile(r"^(一、(?=总体)|二、(?=附表)|（[一二三四五六七八九十]+）)")  # of a heading: Word counts itself


@pytest.fixture(scope="module")
def book(made):
    return openpyxl.load_workbook(BytesIO(made["xlsx"]))


def squeezed(text):
    return re.sub(r"\s", "", text)


def text_of_pdf(content):
    return "".join(pdf_texts.squeezed(content))


def text_of_docx(content):
    """Words of a document with the numbers of its headings, which are the list's."""
    document = docx.Document(BytesIO(content))
    body = document.element.body
    return squeezed("".join(part.text or "" for part in body.iter() if part.tag.endswith("}t")))


@pytest.mark.parametrize("composition", [report(), report(0), report(300), letter()], ids=["report", "no rows", "300 rows", "letter"])
def test_every_word_stands_in_pdf_and_word(composition):
    made = made_of(composition, code=CODE, formats=["pdf", "docx"])
    pdf, word = text_of_pdf(made["pdf"]), text_of_docx(made["docx"])
    for text in texts_of(composition):
        assert squeezed(text) in pdf
        assert squeezed(NUMBER.sub("", text)) in word
    assert CODE in pdf


def test_unknown_is_never_a_nought_and_numbers_are_rounded_half_up(made):
    pdf = text_of_pdf(made["pdf"])
    assert ("面积1.01" in pdf, "核查日期未查明" in pdf) == (True, True)
    assert [words_of(None), words_of(Decimal("-1234.565"), PaperColumn("差")), words_of("")] == ["未查明", "−1,234.57", "—"]


def test_report_has_contents_bookmarks_and_numbered_captions(made):
    document = PdfReader(BytesIO(made["pdf"]))
    titles = [entry.title for entry in document.outline if not isinstance(entry, list)]
    assert titles == ["一、总体情况", "二、附表"]
    text = text_of_pdf(made["pdf"])
    assert re.search(r"一、总体情况\.{3,}2", text)
    assert [squeezed(name) in text for name in ("表1　各城区", "表2　宽表", "图1　五方面得分", "图4　总分")] == [True] * 4
    across = [float(page.mediabox.width) > float(page.mediabox.height) for page in document.pages]
    assert any(across)
    assert not across[0]


@AREA
def test_pdf_is_archivable_and_carries_its_figures(made):
    with pikepdf.open(BytesIO(made["pdf"])) as document:
        assert bool(document.Root.MarkInfo.Marked)
        with document.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "A")
        assert list(document.attachments) == ["绿色生态城区年度评估报告.xlsx"]
        content = document.attachments["绿色生态城区年度评估报告.xlsx"].get_file().read_bytes()
    assert content == made["xlsx"]


def test_workbook_has_typed_cells_filters_and_charts(book):
    assert book.sheetnames == ["概况", "各城区", "图 五方面得分", "宽表", "图 分布", "图 变化", "图 总分", "图 示意图"]
    sheet = book["各城区"]
    assert [cell.value for cell in sheet[3]] == ["城区", "项数", "面积（km²）", "日期"]
    assert [cell.value for cell in sheet[5]] == ["演示1城区（虚构）", 1, 0.125, dt.datetime(2026, 3, 2)]  # noqa: DTZ001 -- a day of a sheet has no zone
    assert sheet.auto_filter.ref == "A3:D6"
    assert [cell.value for cell in sheet[7]] == ["合计", 3, 1.5, ""]
    assert [name for name in book.sheetnames if name.startswith("图") and len(book[name]._charts) != 1] == ["图 示意图"]  # figures alone
    assert ("结论", "=通过") in [(row[0].value, row[1].value) for row in book["概况"].iter_rows()]
    assert all(book[name]["A2"].value == "内部资料　演示数据　参考版" for name in book.sheetnames)
    sheets = [book["各城区"], book["宽表"]]
    assert {(sheet.freeze_panes, sheet.print_title_rows) for sheet in sheets} == {("A4", "$3:$3")}, "the head is repeated"
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}, "no formula"
    [bars], [radar] = book["图 总分"]._charts, book["图 五方面得分"]._charts
    assert (bars.y_axis.scaling.min, radar.y_axis.scaling.min) == (0, 0), "they begin at nought"


def test_days_and_percentages_in_words_are_values_of_the_workbook():
    texts = ("2026年3月9日", "2026年2月30日", "64.9%", "100%", "-3.25 %", "2026年3月9日前", "约5%", "5项")
    rows = tuple((text,) for text in texts)
    paper = Composition("值", (Pairs((("日期", "2026年3月9日"),)), PaperTable("表", (PaperColumn("内容"),), rows)))
    book = openpyxl.load_workbook(BytesIO(made_of(paper, code="", formats=("xlsx",))["xlsx"]))
    cells = [line[0] for line in book["表"].iter_rows(min_row=4)]
    values = [dt.datetime(2026, 3, 9), "2026年2月30日", 0.649, 1, -0.0325, "2026年3月9日前", "约5%", "5项"]  # noqa: DTZ001 -- as of openpyxl
    assert [cell.value for cell in cells] == values
    assert [cells[at].number_format for at in (2, 3, 4)] == ["0.0%", "0%", "0.00%"]
    assert values[0] in [line[1].value for line in book["概况"].iter_rows(min_row=3)]


def test_the_first_sheet_has_the_named_figures_and_leads_to_every_other_one():
    figures = {"pilot": {"label": "试点", "value": 3, "before": 2, "unit": "个"}, "总分_分": Decimal("73.59"), "区": ["甲"], "code": "x"}
    paper = report(figures=figures, cover=(("编制单位", "演示市级单位"),))
    book = in_excel(paper)
    facts = {row[0].value: row[1].value for row in book["概况"].iter_rows()}
    assert (facts["试点（个）"], facts["总分（分）"], "区" in facts, "code" in facts) == (3, 73.59, False, False)
    links = [cell.hyperlink.location for row in book["概况"].iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    assert (book.properties.title, book.properties.creator) == (paper.title, "演示市级单位")
    with ZipFile(BytesIO(made_of(paper, code="", formats=["csv"])["csv"])) as archive:
        read = {name: list(csv.reader(StringIO(archive.read(name).decode("utf-8-sig")))) for name in archive.namelist()}
    assert read["00 主要数据.csv"] == [["名称", "数值", "上年", "单位"], ["试点", "3", "2", "个"], ["总分", "73.59", "", "分"]]
    assert read["01 各城区.csv"][-1] == ["合计", "3", "1.5", ""]


def test_the_same_table_of_several_districts_says_whose_it_is():
    columns = (PaperColumn("章", kind=ColumnKind.NAME), PaperColumn("得分"))
    chart = Chart("总分", ChartKind.BARS, ("甲",), (ChartSeries("总分", (Decimal(110),)),))
    blocks = (block for name in ("甲区", "乙区") for block in (Heading(name, 2), PaperTable("各章得分", columns, (("一", 2),)), chart))
    book = in_excel(Composition("报告", tuple(blocks)))
    assert book.sheetnames[1:] == ["甲区　各章得分", "图 甲区　总分", "乙区　各章得分", "图 乙区　总分"]
    assert [sheet["A1"].value for sheet in book][1:] == ["甲区　各章得分", "甲区　总分", "乙区　各章得分", "乙区　总分"]


def test_boxes_of_totals_above_the_full_score_are_drawn_whole():
    five = tuple(ChartSeries(name, (Decimal(value),)) for name, value in zip("甲乙丙丁戊", (80, 90, 100, 105, 108), strict=True))
    paper = Composition("报告", (Chart("总分", ChartKind.BOXES, ("全部",), five),))
    [chart] = in_excel(paper)["图 总分"]._charts
    assert (chart.y_axis.scaling.min, chart.y_axis.scaling.max) == (0, 108)


def test_boxes_of_the_workbook_are_drawn_from_all_five_figures(book):
    sheet = book["图 分布"]
    assert [cell.value for cell in sheet[4]][:10] == ["甲区", 10, 20, 30, 40, 50, *[10] * 4], "figures and the distances between them"
    assert {cell.value for cell in sheet[5][1:10]} == {None}
    [chart] = sheet._charts
    assert (chart.type, chart.grouping) == ("col", "stacked")
    unseen, lower, upper = chart.series
    assert [series.val.numRef.f.rpartition("!")[2][1] for series in chart.series] == ["C", "H", "I"]
    assert unseen.spPr.noFill
    lines = [(one.errBars.errBarType, one.errBars.plus.numRef.f.rpartition("!")[2]) for one in (unseen, upper)]
    assert lines == [("minus", "$G$4:$G$5"), ("plus", "$J$4:$J$5")], "down to the least, up to the most"
    assert lower.errBars is None


def test_what_is_unknown_is_a_gap_in_the_figures_of_a_chart(book):
    """Text would be drawn as 0."""
    sheet = book["图 总分"]
    assert [[cell.value for cell in row] for row in sheet["A4:C5"]] == [["甲区", 60, 80], ["乙区", None, 70]]
    assert sheet["A7"].value == "空格为未查明。"


def test_a_caption_says_which_series_is_which_where_no_legend_can():
    captions = {"图4　总分", "图2　分布", "图1　五方面得分"}
    assert captions <= set(texts_of(report())), "a single series needs none"


def test_word_numbers_its_headings_and_repeats_heads_of_tables(made):
    document = docx.Document(BytesIO(made["docx"]))
    heads = [line for line in document.paragraphs if line.style.name[:7] == "Heading"]
    levels = [("1", "总体情况"), ("2", "分布"), ("2", "碳排放"), ("1", "附表"), ("2", "宽表")]
    assert [(line.style.name[-1], line.text) for line in heads] == levels
    assert None not in [line._p.pPr.numPr for line in heads]
    table = next(table for table in document.tables if table.rows[0].cells[0].text == "城区")
    assert "tblHeader" in table.rows[0]._tr.xml
    assert all("cantSplit" in row._tr.xml for row in table.rows)
    assert len(document.inline_shapes) == 6
    assert all(shape._inline.docPr.get("descr") for shape in document.inline_shapes)
    assert {section.orientation for section in document.sections} == {0, 1}


def test_word_counts_its_contents_when_opened_and_numbers_pages_at_the_outer_edge(made):
    document = docx.Document(BytesIO(made["docx"]))
    settings = [one.tag for one in document.settings.element]
    assert settings.index(qn("w:updateFields")) < settings.index(qn("w:compat")), "by the schema of settings"
    assert document.settings.odd_and_even_pages_header_footer
    for section in document.sections:
        assert section.footer.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.RIGHT
        assert section.even_page_footer.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.LEFT
        assert section.even_page_header.paragraphs[0].text == section.header.paragraphs[0].text
    of_a_letter = docx.Document(BytesIO(made_of(letter(), code=CODE, formats=("docx",))["docx"]))
    assert qn("w:updateFields") not in [one.tag for one in of_a_letter.settings.element], "nothing to count, nothing to ask"


@pytest.mark.parametrize(
    ("cover", "issuer", "author"), [((("编制单位", "甲局"),), "", "甲局"), ((), "乙局（印章）", "乙局"), ((), "", PORTAL)]
)
def test_the_files_name_the_body_that_issues_the_paper(cover, issuer, author):
    made = made_of(Composition("甲", (Paragraph("乙。"),), cover=cover, issuer=issuer), code="", formats=("pdf", "docx", "xlsx"))
    assert PdfReader(BytesIO(made["pdf"])).metadata.author == author
    assert docx.Document(BytesIO(made["docx"])).core_properties.author == author
    assert openpyxl.load_workbook(BytesIO(made["xlsx"])).properties.creator == author


def test_figures_are_exact_in_json_and_csv(made):
    content = json.loads(made["json"])
    assert content["figures"] == {"pilots": 3, "area_km2": "1.5"}
    assert content["parts"][0]["rows"][1] == ["演示1城区（虚构）", 1, "0.125", "2026-03-02"]
    with ZipFile(BytesIO(made["csv"])) as archive:
        facts = list(csv.reader(StringIO(archive.read(next(name for name in archive.namelist() if "碳排放" in name)).decode("utf-8-sig"))))
    assert facts[1:] == [["面积", "1.005"], ["核查日期", ""], ["结论", "'=通过"]]


def test_progress_counts_the_formats_and_one_that_there_is_none_of_is_refused():
    told = []
    made_of(letter(), code=CODE, formats=["json", "docx"], progress=told.append)
    assert told == [1, 2]
    for name in ("odt", "zip"):
        with pytest.raises(ValueError, match=name):
            made_of(letter(), code=CODE, formats=[name])


@AREA
def test_a_table_of_few_but_long_rows_may_be_torn_and_a_title_parts_after_a_bracket():
    long = "逾期未报的事项。" * 40
    table = PaperTable("短", (PaperColumn("城区", 30), PaperColumn("情形")), (("甲", "一"), ("乙", "二"), ("丙", "三")))
    high = PaperTable("高", (PaperColumn("城区", 30), PaperColumn("情形")), tuple((name, long) for name in "甲乙丙"))
    paper = Composition("演示新城区（虚构）2025年度评估报告", (table, high))
    text = html_of(paper, code="").text
    assert text.count('class="whole"') == 1
    assert text.index('class="whole"') < text.index("短") < text.index("高")
    assert text.count('<tr class="joined">') == 2  # below the head and above the last row of the first; a high row may stand alone
    assert "演示新城区（虚构）<br>2025年度评估报告" in re.sub(r">\s+|\s+<", lambda found: found[0].strip(), text)


@AREA
def test_a_row_higher_than_a_page_begins_below_its_heading_and_a_long_title_leaves_room_for_the_marks():
    columns = (PaperColumn("专家", 30), PaperColumn("意见", 40), PaperColumn("说明"))
    table = PaperTable("专家意见", columns, (("甲", "很长的意见。" * 90, "乙"),))
    paper = Composition("很长的标题" * 12, (Heading("一、意见"), table), is_demo=True, reference=True)
    cover, begins, *rest = pdf_texts.squeezed(made_of(paper, code="ABCD-EFGH", formats=("pdf",))["pdf"])
    assert "很长的标题" * 12 in cover
    assert all(words in begins for words in ("一、意见", "表1", "很长的意见。" * 5, "很长的标题" * 5, "参考版"))
    assert rest
    assert not any("很长的标题" * 7 in sheet for sheet in (begins, *rest))


def test_a_day_gets_the_room_to_stand_in_one_line():
    columns = (PaperColumn("事项"), PaperColumn("期限", 30), PaperColumn("报送", 30))
    said = widths_of(columns, 156, [[["自查"], ["2026年12月31日"], ["2026年3月1日"]]])
    assert (said[1] > 32, said[2]) == (True, 30)
    assert sum(said) == pytest.approx(156)
    assert widths_of(columns, 156, [[["自查"], ["见2026年12月31日的函"], ["—"]]])[1] > 32, "nor does a day within a text break"


@AREA
def test_a_text_that_would_be_a_strip_over_pages_follows_its_table_on_paper_and_stays_in_the_workbook():
    columns = (PaperColumn("序号", 12), PaperColumn("条文", 40, ColumnKind.NAME), PaperColumn("意见", 40), PaperColumn("状态"))
    long = "很长的意见。" * 60
    paper = Composition("记录", (PaperTable("意见", columns, (("1", "4.2.1 街坊", long, "已销号"), ("2", "4.2.2 路网", "短。", "—"))),))
    [group] = groups_of(paper)
    table, *below = group.blocks
    assert [row[2] for row in table.rows] == ["见表后", "短。"]
    assert below == [Paragraph(f"4.2.1 街坊，意见：{long}")]
    wide = PaperTable("意见", (PaperColumn("序号", 12), PaperColumn("意见")), (("1", long * 3),))
    assert groups_of(Composition("记录", (wide,)))[0].blocks[0].rows == wide.rows
    book = in_excel(paper)
    assert long in {cell.value for sheet in book for line in sheet.iter_rows() for cell in line}


@AREA
def test_a_single_fact_of_very_many_words_begins_below_its_heading():
    facts = Pairs((("检查情况", "短。"), ("整改情况", "很长的说明。" * 300)))
    paper = Composition("监督检查记录", (Heading("一、情况"), facts))
    begins = pdf_texts.squeezed(made_of(paper, code="", formats=("pdf",))["pdf"])[1]
    assert all(words in begins for words in ("一、情况", "检查情况", "很长的说明。" * 5))


@AREA
def test_pictures_keep_their_proportions_and_are_as_large_in_word_as_in_the_pdf():
    sizes = ((1600, 1000), (1600, 120), (1000, 1500), (120, 1600), (160, 110))
    blocks = [block for size in sizes for block in (Paragraph("见图。"), Picture("图题", picture_of(size)))]
    made = made_of(Composition("报告", (Heading("一、情况"), *blocks)), code="", formats=("pdf", "docx"))
    with pypdfium2.PdfDocument(made["pdf"]) as document:
        boxes = [one.get_bounds() for page in document for one in page.get_objects() if one.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
        printed = [((right - left) * 25.4 / 72, (top - bottom) * 25.4 / 72) for left, bottom, right, top in boxes]
    word = [(shape.width.mm, shape.height.mm) for shape in docx.Document(BytesIO(made["docx"])).inline_shapes]
    for size, on_paper, there in zip(sizes, printed, word, strict=True):
        assert on_paper == pytest.approx(there, abs=0.3)
        assert on_paper[0] / on_paper[1] == pytest.approx(size[0] / size[1], rel=0.02)
        assert on_paper[0] <= 150.1
        assert on_paper[1] <= 110.1
    assert printed[-1][0] == pytest.approx(160 / 96 * 25.4, abs=0.1)


def picture_of(size):
    stream = BytesIO()
    Image.new("RGB", size, "#cfe3d4").save(stream, "PNG")
    return stream.getvalue()


def test_columns_that_are_too_wide_together_are_narrowed_to_the_page():
    wide = (PaperColumn("席位", 34), PaperColumn("专业", 44), PaperColumn("答复", 34), PaperColumn("提交", 54), PaperColumn("表决", 24))
    assert sum(widths_of(wide, 156)) == pytest.approx(156)
    assert widths_of((PaperColumn("甲", 30), PaperColumn("乙"), PaperColumn("丙")), 156) == [30, 63, 63]
    assert widths_of((PaperColumn("年度", 40), PaperColumn("目标", 60)), 156) == pytest.approx([62.4, 93.6])
    assert min(widths_of((*wide, PaperColumn("备注")), 156)) >= 12
    table = PaperTable("专家组", wide, (("一", "二", "三", "四", "最后一列"),))
    paper = Composition("记录", (table,))
    with pypdfium2.PdfDocument(made_of(paper, code="", formats=("pdf",))["pdf"]) as document:
        page = document[1]
        found = page.get_textpage()
        where = found.search("表决").get_next()
        assert found.get_charbox(sum(where) - 1)[2] < page.get_width() - 26 / 25.4 * 72


def widths(table):
    sheet = in_excel(Composition("报告", (table,)))[table.caption]
    spans = [(span.min, span.max, span.width) for span in sheet.column_dimensions.values()]
    return [round(width - 0.71) for first, last, width in sorted(spans) for _ in range(first, last + 1)]


def test_a_column_of_long_texts_takes_the_room_of_the_others():
    columns = tuple(PaperColumn(name) for name in ("序号", "城区", "条文", "意见"))
    short = PaperTable("意见", columns, (("1", "演示一区", "甲" * 8, "乙" * 20),))
    assert widths(short) == [10, 10, 18, 42]
    long = PaperTable("意见", columns, ((Decimal(123456789012), "演示很长的城区名称" * 4, "甲" * 40, "乙" * 1200),))
    number, *names, opinion = widths(long)
    assert (number, sum(widths(long)) <= 150) == (20, True), "a number is never narrowed"
    assert opinion > 80
    assert all(20 <= name < 40 for name in names)


def test_columns_without_a_width_take_more_of_the_rest_the_longer_their_values_are():
    columns = (PaperColumn("编号"), PaperColumn("说明"), PaperColumn("金额", 14, ColumnKind.NUMBER))
    rows = [[["A1"], ["很长的说明" * 20], ["123,456,789.00"]]]
    code, text, amount = widths_of(columns, 156, rows)
    assert code + text + amount == pytest.approx(156)
    assert text > 2 * code > 24
    assert amount >= len("123,456,789.00") * DIGIT + PADDING
    assert widths_of(columns, 156) == [71, 71, 14]
    table = PaperTable("表", columns, (("A1", "短", Decimal(1)),), total=("合计", "", Decimal(123456789)))
    assert widths_in(table, 156)[2] >= len("123,456,789.00") * DIGIT + PADDING


def test_copies_stand_between_rules_in_word_as_on_paper():
    paper = replace(letter(), copies="抄送：演示甲区人民政府（虚构）。")
    document = in_word(paper)
    [copies] = [one for one in document.paragraphs if one.text == paper.copies]
    rules = copies._p.pPr.find(qn("w:pBdr"))
    assert [rule.tag for rule in rules] == [qn("w:top"), qn("w:bottom")]
