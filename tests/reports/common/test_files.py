"""Workbooks with the meanings of their figures, and how PDFs are laid out: lines, fonts, what they fetch and what their library says."""

import datetime as dt
import importlib
import logging
import os
import re
import subprocess
import sys
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
import weasyprint
from openpyxl import load_workbook

from approvals.casework.selectors.titles_on_day import snapshot_day
from greendistrict.core import chart_marks, charts, clock
from indicators.editions.models import Edition
from reports.common import definitions, render
from reports.common.book import ReportBook
from reports.common.definitions import HEADS, SHEET, TERMS
from reports.composition.html import SHEETS, html_of
from reports.composition.services import made_of, pdf_of
from reports.examination.figures import COLUMNS, UNITS, examination, examination_book
from reports.sensitivity.figures import SensitivityOutcome
from reports.sensitivity.xlsx import HEAD, workbook
from tests import pdf_texts
from tests.calls import calls
from tests.reports.composition.samples import report
from tools.demo import files


def sheet_of(head, rows, widths, title="报告", marks=""):
    """The sheet 表 of a workbook with these rows."""
    book = ReportBook(title)
    book.sheet("表", "标题", marks, head=head, rows=rows, widths=widths)
    return load_workbook(BytesIO(book.content()))["表"]


def test_text_that_looks_like_a_formula_stays_text():
    texts = ["=1+1", "+cmd|' /C calc'!A0", "@x", "-1", "http://x.invalid", "007"]
    cells = [row[0] for row in sheet_of(["a"], [[text] for text in texts], [10])["A4:A9"]]
    assert [(cell.value, cell.data_type, cell.hyperlink) for cell in cells] == [(text, "s", None) for text in texts]


def test_rows_are_as_high_as_their_longest_text():
    rows = [("短", "一"), ("很长的说明" * 5, "一"), ("上\n下", "一")]
    sheet = sheet_of(("甲", "很长的列名（km²）"), rows, (20, 10))
    assert [sheet.row_dimensions[line].height for line in (3, 4, 5, 6)] == [33, 16.5, 49.5, 33]


def test_a_text_that_is_longer_than_a_row_is_high_stands_whole_below_the_rows():
    text = "".join(f"第{number}句意见。" for number in range(400)) + "\n完"
    sheet = sheet_of(("序号", "意见"), [(1, text), (2, "短")], (10, 60))
    assert (sheet["B4"].value, sheet["A7"].value) == (text, "B4单元格全文：")
    below = list(range(8, sheet.max_row + 1))
    pieces = [sheet.cell(line, 1).value for line in below]
    assert "".join(pieces).replace("\n", "") == text.replace("\n", "")
    assert {str(span) for span in sheet.merged_cells.ranges} == {f"A{line}:B{line}" for line in below}
    assert [sheet.row_dimensions[line].height for line in below] == [16.5 * (piece.count("\n") + 1) for piece in pieces]
    assert max(len(line) for piece in pieces for line in piece.split("\n")) == 35


def test_days_stand_at_the_left_as_texts_numbers_at_the_right_and_each_page_says_what_it_belongs_to():
    rows = [(dt.date(2026, 3, 1), Decimal("1.5")), ("未填", "未填")]
    for given, shown in (("A&B报告", "A&&B报告"), ("", "标题")):
        sheet = sheet_of(("日期", "金额"), rows, (20, 20), given, "内部资料　演示数据")
        assert [cell.alignment.horizontal for cell in sheet[4]] == ["left", None]
        assert (sheet.oddFooter.left.text, sheet.oddFooter.right.text) == (f"{shown}　内部资料　演示数据", "第&P页，共&N页")


def page(body):
    return f'<html lang="zh-CN"><head><title>试</title></head><body>{body}</body></html>'


CSS = (render.ALLOWED[1] / "report.css").read_text(encoding="utf-8")
NAMED = {*re.findall(r'"([^"]+)"', CSS), *chart_marks.FAMILIES.split(", ")}
SIGNS = "碳排放强度 kgCO₂/㎡·a，Ⅳ类水，25.6℃，≥ ≤ ± × ÷ ² ³ μg ✓ ★ ☆ □ ■ ● ○ △ ▲ ← → ①②⑩ ㎡ ㎞ § № ‰ … — – “” ‘’ 〔2023〕"


def families(content):
    """Names without the subset's letters and the style: ``/ABCDEF+Noto-Sans-CJK-SC-Bold`` is Noto Sans CJK SC."""
    with pikepdf.open(BytesIO(content)) as document:
        parts = [part for part in document.objects if isinstance(part, pikepdf.Dictionary) and part.get("/Type") == "/FontDescriptor"]
        names = [str(part["/FontName"]).partition("+")[2] for part in parts]
    return {re.sub(r"-(Bold|Regular|Book)$", "", name).replace("-", " ") for name in names}


def test_the_agencys_own_font_comes_first_where_one_is_given(settings):
    html = page("<p>ABC</p>")
    assert not any("Agency" in name for name in families(render.from_html(html, sheets=["report.css"])))
    found = subprocess.run(["fc-match", "--format", "%{file}", "DejaVu Serif"], capture_output=True, text=True, check=True)
    settings.REPORT_FONTS = [found.stdout]
    assert any("Agency0" in name for name in families(render.from_html(html, sheets=["report.css"])))


def test_demo_files_use_named_families_only():
    assert families(files.content("绿色生态规划方案")) <= NAMED


def test_signs_of_the_portals_own_words_come_from_named_families():
    body = "".join(f"<{element}>{SIGNS}</{element}>" for element in ("p", "h1", "h2", "h3", "b"))
    table = f"<table><thead><tr><th>{SIGNS}</th></tr></thead></table>"
    assert families(render.from_html(page(body + table), sheets=["report.css"])) <= NAMED


def test_every_chart_names_its_families():
    one = charts.Series("甲", [1, 2, 3])
    drawn = [charts.radar(["一", "二", "三"], one, title="图"), charts.bars([charts.Bar("甲", 1)], unit="分", title="图")]
    assert all(f'font-family="{chart_marks.FAMILIES}"' in svg for svg in drawn)
    assert not any("JP" in family for family in NAMED)


def test_page_of_text_has_22_lines_of_28_signs():
    """GB/T 9704-2012, 5.2.1."""
    body = "<p class='plain'>" + "绿" * 28 * 30 + "</p>"
    first = pdf_texts.texts_of(render.from_html(page(body), sheets=["report.css"]))[0]
    assert [len(line.strip()) for line in first.splitlines() if "绿" in line] == [28] * 22


def test_a_caption_stays_with_the_figure_above_it_when_the_table_below_moves_on():
    square = "<img src='data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 9 9%22/%3E' alt='图'>"
    table = "<div class='short'><p class='cap'>表1</p><table><tr><td>一</td></tr><tr><td>二</td></tr><tr><td>三</td></tr></table></div>"
    body = f"<p class='plain'>{'绿' * 28 * 13}</p><p class='figure'>{square}</p><p class='cap'>图1</p>{table}"
    first, second = pdf_texts.squeezed(render.from_html(page(body), sheets=["report.css"]))
    assert ("图1" in first, "表1" in first, "表1" in second) == (True, False, True)


def test_report_fetches_nothing_from_outside():
    for url in ("https://elsewhere.invalid/x.css", "file:///etc/passwd", "//elsewhere.invalid/x.png"):
        with pytest.raises(ValueError, match="reports fetch nothing from outside"):
            render._fetcher().fetch(url if ":" in url else f"https:{url}")


def test_warnings_of_weasyprint_reach_the_log(caplog):
    render.from_html(page("<p style='colour: red'>一</p>"))
    assert [record.levelname for record in caplog.records if record.name == "weasyprint"] == ["WARNING"]
    caplog.clear()


def test_style_sheets_of_the_papers_are_parsed_once_in_a_process(caplog):
    caplog.set_level(logging.INFO, logger="weasyprint.progress")
    for _ in range(2):
        caplog.clear()
        render.from_html(page("<p>一</p>"), sheets=SHEETS, css="p { color: black }")
    assert [record.args for record in caplog.records if "parsing CSS" in record.msg] == [("CSS string",)]
    caplog.clear()


def test_a_library_that_is_missing_is_said_in_the_log(caplog):
    """WeasyPrint says it by ``warnings.warn`` while it is loaded, which Python hides."""
    hidden = """
import ctypes.util, cffi, logging, os
opened = cffi.FFI.dlopen
def dlopen(self, name, *flags):
    if 'subset' in name: raise OSError(name)
    return opened(self, name, *flags)
cffi.FFI.dlopen = dlopen
import django; django.setup()
from reports.common import render; render._library()"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "greendistrict.settings"}
    done = subprocess.run([sys.executable, "-c", hidden], env=environment, capture_output=True, text=True, check=True)
    assert "HarfBuzz-Subset" in done.stderr


def test_text_of_a_person_is_never_mark_up():
    html = html_of(report(long="<script>alert(1)</script><img src=x>"), code="x").text
    assert ("<script>" in html, "&lt;script&gt;" in html) == (False, True)


@pytest.mark.area("reports/common", "reports/composition")
def test_report_costs_little_over_bare_weasyprint_on_the_same_html():
    composition = report(300)
    workbook = made_of(composition, code="x", formats=["xlsx"])["xlsx"]
    html = html_of(composition, code="x")

    def bare():
        sheets = [*(weasyprint.CSS(filename=render.ALLOWED[1] / name) for name in html.sheets), weasyprint.CSS(string=html.css)]
        return weasyprint.HTML(string=html.text, base_url=f"{render.ALLOWED[1]}/").write_pdf(pdf_variant="pdf/a-3a", stylesheets=sheets)

    def ours():
        return pdf_of(composition, code="x", workbook=workbook)

    # Calls are the same on an idle and a busy machine; `make bench` tells the times side by side.
    bare(), ours()  # fonts and templates are read once
    assert calls(ours) < calls(bare) * 1.15


REGISTRIES = [value for name, value in vars(definitions).items() if name.endswith("_MEANINGS")]


def meanings(content):
    """Rows of the sheet below its heads."""
    sheet = load_workbook(BytesIO(content))[SHEET]
    assert [cell.value for cell in sheet[3]] == list(HEADS)
    return list(sheet.iter_rows(min_row=4, values_only=True))


@pytest.mark.parametrize("registry", REGISTRIES)
def test_each_meaning_is_said_and_names_a_selector_that_exists(registry):
    missing = []
    for key, meaning in registry.items():
        module, _, name = meaning.selector.rpartition(".")
        if not callable(getattr(importlib.import_module(module), name, None)):
            missing.append((key, meaning.selector))
        assert len(meaning.words) >= 4
        assert not re.search(r"[A-Za-z_]{4,}|。$", meaning.words.replace("SHA-256", "")), key
    assert missing == []


def test_a_word_is_explained_once():
    assert len({name for name, _ in TERMS}) == len(TERMS)


@pytest.mark.django_db
def test_the_examination_says_what_each_column_counts():
    found = examination(2026, clock.today(), demo=True)
    rows = meanings(examination_book(found, clock.today()))
    assert [(name, unit) for name, unit, *_ in rows] == [(name, UNITS.get(key, "个")) for key, name in COLUMNS.items()]
    assert {row[3].date() for row in rows[:2]} == {snapshot_day(2026, clock.today())}
    assert {row[3].date() for row in rows[2:]} == {clock.today()}
    assert all(all(row) for row in rows)


def test_the_sensitivity_says_what_its_figures_are():
    rows = meanings(workbook(SensitivityOutcome(Edition(code="GD-REF", title="参考"), [], []), clock.today()))
    assert {row[0] for row in rows} == {head for head in HEAD if "总分" in head or "取值" in head}
    assert all(all(row) for row in rows)
