"""The way of a workbook in a real browser: out, edited in a spreadsheet, back, submitted, its receipt verified without the portal."""

import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from assessments.tables.models import ScoreRow
from assessments.tables.services.cells import save_cell
from tests.assessments.browsing import signed_in, url
from tests.factories.assessments import make_self_check
from tests.factories.workbooks import cell

pytestmark = [pytest.mark.area("assessments/versions", "assessments/workbook"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def visit(browser, live_server):
    """``visit(person, address)``: a page of that person; a fault in the console fails the test."""
    pages = []

    def open_page(person, address):
        pages.append(signed_in(browser, live_server, person))
        pages[-1].goto(f"{live_server.url}{address}")
        return pages[-1]

    yield open_page
    for page in pages:
        page.net.close()
    assert [fault for page in pages for fault in page.faults] == []


def unfold(page):
    """Open 更多 where a page has it and it is still closed: it stays open after a download."""
    for closed in page.locator("details.gd-more:not([open]) > summary").all():
        closed.click()


def download(page, name, folder):
    unfold(page)
    with page.expect_download() as started:
        page.get_by_role("link", name=name).first.click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


def bring_back(page, path):
    unfold(page)
    with page.expect_navigation():
        page.get_by_role("link", name="Excel 导入").click()
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="预览").click()
    page.wait_for_selector("#preview")


def press(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def submit(visit, people, check):
    page = visit(people.preparer, url("selfcheck", check))
    press(page, "提交审核")
    page = visit(people.reviewer, url("selfcheck", check))
    press(page, "签发并提交")
    press(page, "签发并提交")  # the next page asks again
    page.wait_for_selector("text=签名回执")
    return page


def test_out_edited_back_submitted_and_the_receipt_verified(visit, people, settings, tmp_path):
    check = make_self_check(people)
    table = check.table
    page = visit(people.preparer, url("score_table", table))
    path = download(page, "Excel 导出", tmp_path)
    book = openpyxl.load_workbook(path)
    for item_id, value in (("7.2.7", 12.5), ("7.2.6", 0.8), ("7.2.25", 30)):
        cell(book, item_id).value = value
    book.save(path)
    save_cell(table=table, item_id="7.2.25", field="value", value="40", version=0, token="", by=people.consultant)

    bring_back(page, path)
    assert "改动1格，须选定2格，不能接受0格" in page.inner_text("#preview")
    page.get_by_label("80%").check()
    page.get_by_label(re.compile(r"^\s*30")).check()  # the day of the other choice may have the same figures
    page.get_by_role("button", name="写入").click()
    page.wait_for_selector("text=已按工作簿写入3处改动")
    stored = dict(ScoreRow.objects.filter(table=table, item_id__in=["7.2.7", "7.2.6", "7.2.25"]).values_list("item_id", "value"))
    assert stored == {"7.2.7": "12.5", "7.2.6": "80", "7.2.25": "30"}

    settings.CLOCK_FILE = str(tmp_path / "clock")  # a self-check is signed in its window, the year after
    Path(settings.CLOCK_FILE).write_text("2027-03-10T10:00:00+08:00", encoding="utf-8")
    page = submit(visit, people, check)
    receipt, key = download(page, "下载回执", tmp_path), download(page, "下载公钥", tmp_path)
    words = [sys.executable, "manage.py", "verify_receipt", str(receipt), "--key", str(key)]
    good = subprocess.run(words, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert (good.returncode, "回执有效：HZ-2027-" in good.stdout) == (0, True)
    receipt.write_text(receipt.read_text(encoding="utf-8").replace('"12.5"', '"92.5"'), encoding="utf-8")
    bad = subprocess.run(words, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert bad.returncode == 1
    assert "条文 7.2.7 的内容与其校验值不符" in bad.stderr
