"""The files as their readers have them: words, pages, tags."""

import logging
import os
import re
import subprocess
import sys
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from pypdf import PdfReader

from reports.annual.documents import district_composition
from reports.common import render
from reports.composition.html import SHEETS, html_of
from reports.composition.services import pdf_of, texts_of
from tests import pdf_texts
from tests.calls import calls

MM = 72 / 25.4
A4 = (pytest.approx(210 * MM, abs=1), pytest.approx(297 * MM, abs=1))


def pages(content):
    return pdf_texts.squeezed(content)


def words(text):
    return re.sub(r"\s", "", text)


def test_every_word_of_the_district_is_on_its_pages(district_report):
    text = "".join(pages(district_report.pdf))
    shown = district_report.figures
    for title, body in shown.sections:
        assert words(title).split("、")[1] in text
        for line in body.splitlines():
            assert words(line)[:20] in text
    for item in shown.items:
        assert item.id in text
        assert words(item.title)[:6] in text
    assert f"总分已实现{shown.total}分" in text
    assert "处于建设期，本年度不作星级结论" in text
    assert "1项不满足：4.1.2碳排放控制目标" in text
    assert [one for one in texts_of(district_report.composition) if words(one) not in text] == []
    assert "为参考版，不是官方标准条文，星级为推定" in text


def test_every_district_and_figure_of_the_city_is_on_its_pages(city_report):
    text = "".join(pages(city_report.pdf))
    for row in city_report.figures.rows:
        assert words(row.district.name) in text
        assert all(f"{score:.2f}" in text for score in (row.total, *(chapter.score for chapter in row.dimensions)))
    assert [one for one in texts_of(city_report.composition) if words(one) not in text] == []
    assert "演示己城（虚构）" in text


@pytest.mark.parametrize("report", ["district_report", "city_report"])
def test_marks_of_fiction_and_reference_stand_on_every_page(report, request):
    for number, text in enumerate(pages(request.getfixturevalue(report).pdf), start=1):
        assert "演示数据" in text, number
        assert "参考版" in text, number


@pytest.mark.parametrize("report", ["district_report", "city_report"])
def test_pages_are_a4_numbered_and_the_annex_lies_across(report, request):
    content = request.getfixturevalue(report).pdf
    boxes = [(float(page.mediabox.width), float(page.mediabox.height)) for page in PdfReader(BytesIO(content)).pages]
    upright = [width < height for width, height in boxes]
    assert all((min(box), max(box)) == A4 for box in boxes)
    assert (upright[0], upright[-1]) == (True, False)
    for number, text in enumerate(pages(content), start=1):
        assert f"—{number}—" in text


def test_everything_that_lies_across_is_behind_the_text_of_a_district(district_report):
    boxes = [page.mediabox for page in PdfReader(BytesIO(district_report.pdf)).pages]
    upright = [box.width < box.height for box in boxes]
    assert upright == sorted(upright, reverse=True)


@pytest.mark.parametrize("report", ["district_report", "city_report"])
def test_file_is_tagged_archivable_and_says_its_language(report, request):
    with pikepdf.open(BytesIO(request.getfixturevalue(report).pdf)) as document:
        assert str(document.Root.Lang) == "zh-CN"
        assert bool(document.Root.MarkInfo.Marked)
        assert document.Root.StructTreeRoot is not None
        assert document.Root.OutputIntents[0].S == "/GTS_PDFA1"
        with document.open_metadata() as about:
            assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("3", "A")
            assert "2026" in about["dc:title"]
        assert not any("/FontFile" not in str(font.keys()) for font in descriptors(document))


def descriptors(document):
    return [part for part in document.objects if isinstance(part, pikepdf.Dictionary) and part.get("/Type") == "/FontDescriptor"]


@pytest.mark.parametrize(
    ("report", "said"), [("district_report", "图2　五个方面得分雷达图。已实现：韧性安全"), ("city_report", "图2　各城区总分。总分：")]
)
def test_charts_say_their_figures(report, said, request):
    with pikepdf.open(BytesIO(request.getfixturevalue(report).pdf)) as document:
        alternatives = [str(part["/Alt"]) for part in document.objects if isinstance(part, pikepdf.Dictionary) and "/Alt" in part]
    assert any(text.startswith(said) for text in alternatives)


def test_page_of_text_has_22_lines_of_28_signs():
    """GB/T 9704-2012, 5.2.1."""
    body = "<p class='plain'>" + "绿" * 28 * 30 + "</p>"
    html = f'<html lang="zh-CN"><head><title>试</title></head><body>{body}</body></html>'
    page = pdf_texts.texts_of(render.from_html(html, sheets=["report.css"]))[0]
    lines = [line for line in page.splitlines() if "绿" in line]
    assert len(lines) == 22
    assert {len(line.strip()) for line in lines} == {28}


def test_no_heading_stands_alone_at_the_foot_of_a_page(district_report):
    for text in pdf_texts.texts_of(district_report.pdf):
        lines = [line.strip() for line in text.splitlines() if line.strip() and not re.fullmatch(r"— ?\d+ ?—", line.strip())]
        assert not re.match(r"^([一二三四五六七八九十]+、|（[一二三四五]）|[1-9]\. ).{2,14}$", lines[-1]), lines[-1]


def test_a_caption_stays_with_the_figure_above_it_when_the_table_below_moves_on():
    square = "<img src='data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 9 9%22/%3E' alt='图'>"
    table = "<div class='short'><p class='cap'>表1</p><table><tr><td>一</td></tr><tr><td>二</td></tr><tr><td>三</td></tr></table></div>"
    body = f"<p class='plain'>{'绿' * 28 * 13}</p><p class='figure'>{square}</p><p class='cap'>图1</p>{table}"
    html = f'<html lang="zh-CN"><head><title>试</title></head><body>{body}</body></html>'
    first, second = pages(render.from_html(html, sheets=["report.css"]))
    assert ("图1" in first, "表1" in first, "表1" in second) == (True, False, True)


def test_nothing_is_cut_off_at_the_edge(district_report, city_report):
    for content in (district_report.pdf, city_report.pdf):
        with pypdfium2.PdfDocument(content) as document:
            for page in document:
                signs = page.get_textpage()
                drawn = [at for at, sign in enumerate(signs.get_text_range()) if not sign.isspace()]
                boxes = [signs.get_charbox(at) for at in drawn]
                assert min(box[0] for box in boxes) > 20 * MM
                assert max(box[2] for box in boxes) < page.get_width() - 20 * MM


def test_report_fetches_nothing_from_outside():
    for url in ("https://elsewhere.invalid/x.css", "file:///etc/passwd", "//elsewhere.invalid/x.png"):
        with pytest.raises(ValueError, match="reports fetch nothing from outside"):
            render._fetcher().fetch(url if ":" in url else f"https:{url}")


def test_warnings_of_weasyprint_reach_the_log(caplog):
    render.from_html("<html lang='zh-CN'><head><title>t</title></head><body><p style='colour: red'>一</p></body></html>")
    assert [record.levelname for record in caplog.records if record.name == "weasyprint"] == ["WARNING"]
    caplog.clear()


def test_style_sheets_of_the_papers_are_parsed_once_in_a_process(caplog):
    caplog.set_level(logging.INFO, logger="weasyprint.progress")
    for _ in range(2):
        caplog.clear()
        render.from_html("<html lang='zh-CN'><title>t</title><p>一</p></html>", sheets=SHEETS, css="p { color: black }")
    assert [record.args for record in caplog.records if "parsing CSS" in record.msg] == [("CSS string",)]
    caplog.clear()


def test_a_library_that_is_missing_is_said_in_the_log(caplog):
    """WeasyPrint says it by ``warnings.warn`` while it is loaded, which Python hides."""
    hidden = (
        "import ctypes.util, cffi, logging, os\n"
        "opened = cffi.FFI.dlopen\n"
        "def dlopen(self, name, *flags):\n"
        "    if 'subset' in name: raise OSError(name)\n"
        "    return opened(self, name, *flags)\n"
        "cffi.FFI.dlopen = dlopen\n"
        "import django; django.setup()\n"
        "from reports.common import render; render._library()\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "greendistrict.settings"}
    done = subprocess.run([sys.executable, "-c", hidden], env=environment, capture_output=True, text=True, check=True)
    assert "HarfBuzz-Subset" in done.stderr


def test_text_of_a_person_is_never_mark_up(district_report):
    from dataclasses import replace

    report = district_report.report
    scores = replace(report.scores, sections=(("一、概况", "<script>alert(1)</script><img src=x>"),))
    html = html_of(district_composition(replace(report, scores=scores)), code="x").text
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.slow
def test_report_costs_little_over_bare_weasyprint_on_the_same_html(district_report):
    import weasyprint

    composition = district_report.composition
    html = html_of(composition, code="x")

    def bare():
        sheets = [*(weasyprint.CSS(filename=render.ALLOWED[1] / name) for name in html.sheets), weasyprint.CSS(string=html.css)]
        return weasyprint.HTML(string=html.text, base_url=f"{render.ALLOWED[1]}/").write_pdf(pdf_variant="pdf/a-3a", stylesheets=sheets)

    def ours():
        return pdf_of(composition, code="x", workbook=district_report.xlsx)

    # Calls are the same on an idle and a busy machine; `make bench` tells the times side by side.
    bare(), ours()  # fonts and templates are read once
    assert calls(ours) < calls(bare) * 1.15
