"""The annual reports that the worker makes: progress on the page, downloads by the city officer, figures equal to the screen."""

from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests import pdf_texts
from tests.browsers import WORK_MS
from tests.e2e.steps.year import NAME, Year


def look_at_automatic_report(year: Year) -> None:
    """Receipt alone has the district's report made."""
    officer = year.at("city_officer")
    officer.wait_for("/reports/", "已完成")
    officer.see("2025年度", NAME)
    year.facts["district_report"] = _open_job(year, NAME)
    officer.shoot("district-report-job", axe=True)


def _open_job(year: Year, words: str) -> str:
    officer = year.at("city_officer")
    with officer.page.expect_navigation():
        officer.page.locator("main tr", has_text=words).get_by_role("link").first.click()
    return officer.page.url.removeprefix(year.portal.url)


def request_city_report(year: Year) -> None:
    """The officer asks for the city's report and watches it being made."""
    officer = year.at("city_officer")
    officer.open("/reports/")
    officer.shoot("report-centre", axe=True)
    officer.follow("申请全市年度评估报告")
    officer.shoot("report-request", axe=True)
    officer.fill({"年度": "2025年度"})
    officer.press("生成")
    officer.shoot("report-under-way")
    expect(officer.page.locator("#job")).to_contain_text("已完成", timeout=WORK_MS)
    year.facts["city_report"] = officer.page.url.removeprefix(year.portal.url)
    officer.shoot("report-done", axe=True)


def compare(year: Year) -> None:
    """PDF and workbook of both reports say the total that the screen says, and that it is fiction."""
    for job in ("district_report", "city_report"):
        pdf, book = _files(year, year.facts[job])
        text = "".join(pdf_texts.squeezed(pdf.read_bytes()))
        for words in (NAME, year.facts["total"], "演示数据"):
            assert words in text, f"{pdf.name} lacks {words}: {text[:1500]}"
        cells = [cell for sheet in load_workbook(book) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
        assert float(year.facts["total"]) in [cell for cell in cells if isinstance(cell, (int, float))], book.name
        assert any("演示数据" in str(cell) for cell in cells), book.name


def _files(year: Year, job: str) -> tuple[Path, Path]:
    officer = year.at("city_officer")
    officer.open(job)
    links = officer.page.locator(".gd-filelist a")
    found = [officer.download(links.filter(has_text=ending), year.files) for ending in (".pdf", ".xlsx")]
    assert [path.suffix for path in found] == [".pdf", ".xlsx"]
    return found[0], found[1]
