"""Workbooks and the fonts of files."""

import datetime as dt
import re
import subprocess
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from openpyxl import load_workbook

from greendistrict.core import chart_marks, charts
from reports.common import render
from reports.common.book import ReportBook
from tools.demo import files


def rows(book, sheet):
    return [list(row) for row in book[sheet].iter_rows(min_row=4, values_only=True)]


@pytest.fixture
def district(district_report):
    return load_workbook(BytesIO(district_report.xlsx))


@pytest.fixture
def city(city_report):
    return load_workbook(BytesIO(city_report.xlsx))


def test_district_workbook_holds_the_figures(district, district_report):
    shown = district_report.figures
    assert {"概况", "各章得分", "2026年度自评分表", "不参评条文及理由", "佐证材料清单"} <= set(district.sheetnames)
    *chapters, total = rows(district, "各章得分")
    assert [(row[0], row[4]) for row in chapters] == [(one.title, "—" if one.bonus else float(one.score)) for one in shown.chapters]
    assert total[2] == float(shown.total)
    *clauses, _ = rows(district, "2026年度自评分表")
    assert [row[0] for row in clauses] == [item.id for item in shown.items]
    points = ["控制项" if item.kind == "control" else float(item.points) if item.points else "—" for item in shown.items]
    assert [row[3] for row in clauses] == points
    overview = {row[0].value: row[1].value for row in district["概况"].iter_rows(min_row=3)}
    assert overview["自查编号"] == f"{shown.number}（第1版）"


def test_city_workbook_holds_the_figures(city, city_report):
    shown = city_report.figures
    found = rows(city, "各城区得分（按拼音排列）")[: len(shown.rows)]
    assert [row[1] for row in found] == [row.district.name for row in shown.rows]
    assert [row[5] for row in found] == [float(row.total) for row in shown.rows]
    assert [row[8:-1] for row in found] == [[float(one.score) for one in row.dimensions] for row in shown.rows]
    assert [row[:3] for row in rows(city, "五个方面得分")] == [[one.name, one.districts, float(one.lower)] for one in shown.dimensions]
    assert len(found) == 3


@pytest.mark.parametrize("book", ["district", "city"])
def test_every_sheet_is_marked_and_repeats_its_head(book, request):
    for sheet in request.getfixturevalue(book):
        assert sheet["A2"].value.startswith("内部资料　演示数据　参考版")
        if sheet.title != "概况" and not sheet.title.startswith("图"):  # single facts and figures of a chart fill less than a page
            assert sheet.freeze_panes == "A4"
            assert sheet.print_title_rows == "$3:$3"


@pytest.mark.parametrize("book", ["district", "city"])
def test_no_cell_is_a_formula_or_a_link(book, request):
    for sheet in request.getfixturevalue(book):
        assert all(cell.data_type in {"s", "n", "d"} and cell.hyperlink is None for row in sheet.iter_rows() for cell in row)


def test_text_that_looks_like_a_formula_stays_text():
    book = ReportBook()
    book.sheet(
        "表", "标题", "", head=["a"], rows=[["=1+1"], ["+cmd|' /C calc'!A0"], ["@x"], ["-1"], ["http://x.invalid"], ["007"]], widths=[10]
    )
    sheet = load_workbook(BytesIO(book.content()))["表"]
    assert [sheet.cell(row, 1).value for row in range(4, 10)] == ["=1+1", "+cmd|' /C calc'!A0", "@x", "-1", "http://x.invalid", "007"]
    assert {sheet.cell(row, 1).data_type for row in range(4, 10)} == {"s"}


def test_rows_are_as_high_as_their_longest_text():
    book = ReportBook()
    rows = [("短", "一"), ("很长的说明" * 5, "一"), ("上\n下", "一")]
    book.sheet("表", "标题", "", head=("甲", "很长的列名（km²）"), rows=rows, widths=(20, 10))
    sheet = load_workbook(BytesIO(book.content()))["表"]
    assert [sheet.row_dimensions[line].height for line in (3, 4, 5, 6)] == [33, 16.5, 49.5, 33]


def test_a_text_that_is_longer_than_a_row_is_high_stands_whole_below_the_rows():
    book, text = ReportBook(), "".join(f"第{number}句意见。" for number in range(400)) + "\n完"
    book.sheet("表", "标题", "", head=("序号", "意见"), rows=[(1, text), (2, "短")], widths=(10, 60))
    sheet = load_workbook(BytesIO(book.content()))["表"]
    assert sheet["B4"].value == text
    assert sheet["A7"].value == "B4单元格全文："
    below = list(range(8, sheet.max_row + 1))
    pieces = [sheet.cell(line, 1).value for line in below]
    assert "".join(pieces).replace("\n", "") == text.replace("\n", "")
    assert {str(span) for span in sheet.merged_cells.ranges} == {f"A{line}:B{line}" for line in below}
    assert [sheet.row_dimensions[line].height for line in below] == [16.5 * (piece.count("\n") + 1) for piece in pieces]
    assert max(len(line) for piece in pieces for line in piece.split("\n")) == 35


def test_every_printed_page_says_what_it_belongs_to():
    for given, shown in (("A&B报告", "A&&B报告"), ("", "标题")):
        book = ReportBook(given)
        book.sheet("表", "标题", "内部资料　演示数据", head=("甲",), rows=[], widths=(20,))
        foot = load_workbook(BytesIO(book.content()))["表"].oddFooter
        assert (foot.left.text, foot.right.text) == (f"{shown}　内部资料　演示数据", "第&P页，共&N页")


def test_days_stand_at_the_left_as_texts_and_numbers_at_the_right():
    book = ReportBook()
    book.sheet("表", "标题", "", head=("日期", "金额"), rows=[(dt.date(2026, 3, 1), Decimal("1.5")), ("未填", "未填")], widths=(20, 20))
    sheet = load_workbook(BytesIO(book.content()))["表"]
    assert [cell.alignment.horizontal for cell in sheet[4]] == ["left", None]


CSS = (render.ALLOWED[1] / "report.css").read_text(encoding="utf-8")
NAMED = {*re.findall(r'"([^"]+)"', CSS), *chart_marks.FAMILIES.split(", ")}
SIGNS = "碳排放强度 kgCO₂/㎡·a，Ⅳ类水，25.6℃，≥ ≤ ± × ÷ ² ³ μg ✓ ★ ☆ □ ■ ● ○ △ ▲ ← → ①②⑩ ㎡ ㎞ § № ‰ … — – “” ‘’ 〔2023〕"


def families(content):
    """Names without the subset's letters and the style: ``/ABCDEF+Noto-Sans-CJK-SC-Bold`` is Noto Sans CJK SC."""
    with pikepdf.open(BytesIO(content)) as document:
        parts = [part for part in document.objects if isinstance(part, pikepdf.Dictionary) and part.get("/Type") == "/FontDescriptor"]
        names = [str(part["/FontName"]).partition("+")[2] for part in parts]
    return {re.sub(r"-(Bold|Regular|Book)$", "", name).replace("-", " ") for name in names}


@pytest.mark.parametrize("report", ["district_report", "city_report"])
def test_reports_use_named_families_only(report, request):
    found = families(request.getfixturevalue(report).pdf)
    assert {"Noto Serif CJK SC", "Noto Sans CJK SC"} <= found <= NAMED, found


def test_the_agencys_own_font_comes_first_where_one_is_given(settings):
    html = '<html lang="zh-CN"><head><title>试</title></head><body><p>ABC</p></body></html>'
    assert not any("Agency" in name for name in families(render.from_html(html, sheets=["report.css"])))
    found = subprocess.run(["fc-match", "--format", "%{file}", "DejaVu Serif"], capture_output=True, text=True, check=True)
    settings.REPORT_FONTS = [found.stdout]
    assert any("Agency0" in name for name in families(render.from_html(html, sheets=["report.css"])))


def test_demo_files_use_named_families_only():
    assert families(files.content("绿色生态规划方案")) <= NAMED


@pytest.mark.parametrize("element", ["p", "h1", "h2", "h3", "th", "b"])
def test_signs_of_the_portals_own_words_come_from_named_families(element):
    body = f"<table><thead><tr><th>{SIGNS}</th></tr></thead></table>" if element == "th" else f"<{element}>{SIGNS}</{element}>"
    html = f'<html lang="zh-CN"><head><title>试</title></head><body>{body}</body></html>'
    assert families(render.from_html(html, sheets=["report.css"])) <= NAMED


def test_every_chart_names_its_families():
    one = charts.Series("甲", [1, 2, 3])
    drawn = [charts.radar(["一", "二", "三"], one, title="图"), charts.bars([charts.Bar("甲", 1)], unit="分", title="图")]
    assert all(f'font-family="{chart_marks.FAMILIES}"' in svg for svg in drawn)
    assert not any("JP" in family for family in NAMED)
