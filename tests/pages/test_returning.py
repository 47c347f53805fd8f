"""Every list whose workbook comes back: a column that is gone from it changes nothing, and the preview names it."""

from io import BytesIO
from urllib.parse import urljoin

import lxml.html
import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from carbon.inventories.models import CarbonInventory
from districts.indicator_systems.models import IndicatorSystem
from greendistrict.accounts.models import User
from greendistrict.core import clock
from tests.pages.world import NOW, connected_to
from tests.portal.writes import undone
from tests.upgrade.heads import heads

pytestmark = pytest.mark.slow
SAME = "工作簿与平台上的内容相同，没有要写入的改动"
DISTRICT = "/districts/yan-shi-zhu-yuan-qu-xu-gou"
SYSTEM = "yan-shi-xin-cheng-qu-xu-gou"
PAGES = {
    "plots": ("preparer", f"{DISTRICT}/plots/import/"),
    "projects": ("preparer", f"{DISTRICT}/key-projects/import/"),
    "works": ("preparer", f"{DISTRICT}/works/import/"),
    "indicators": ("preparer", f"/districts/{SYSTEM}/indicators/1/import/"),
    "inventory": ("preparer", "/carbon/inventories/1/import/"),
    "scores": ("preparer", "/assessments/tables/21/import/"),
    "share": ("bureau", "/assessments/shares/1/import/"),
    "experts": ("secretariat", "/assessments/experts/import/"),
    "bodies": ("system-keeper", "/operations/enrolment/bodies/"),
    "accounts": ("system-keeper", "/operations/enrolment/accounts/"),
    "posts": ("security-keeper", "/operations/enrolment/posts/"),
}


@pytest.fixture(scope="module")
def world(stored, django_db_blocker):
    with django_db_blocker.unblock(), connected_to(stored), clock.at(NOW), undone():
        IndicatorSystem.objects.filter(district__code=SYSTEM).update(status="draft")
        CarbonInventory.objects.filter(pk=1).update(status="draft")
        yield


def exported(client, address):
    """The workbook that the page of an import offers, its list and the heads of it."""
    links = lxml.html.fromstring(client.get(address).content).xpath('//a[contains(@href, "/export/")]/@href')
    answer = client.get(urljoin(address, links[0]))
    book = openpyxl.load_workbook(BytesIO(b"".join(answer) if answer.streaming else answer.content))
    told = heads()[book["gd"].cell(1, 1).value]
    sheet = book.worksheets[0]
    assert told in [[cell.value for cell in row][: len(told)] for row in sheet.iter_rows(max_row=6)]
    return book, sheet, told


@pytest.mark.parametrize("kind", PAGES)
def test_a_column_that_is_gone_changes_nothing(world, kind):
    seat, address = PAGES[kind]
    client = Client()
    client.force_login(User.objects.get(username=seat))
    count, refused = len(exported(client, address)[2]), 0
    for gone in range(count):
        book, sheet, told = exported(client, address)
        sheet.delete_cols(gone + 1)
        content = BytesIO()
        book.save(content)
        answer = client.post(address, {"workbook": SimpleUploadedFile("表.xlsx", content.getvalue())})
        page = " ".join(answer.content.decode().split())
        if f"缺“{told[gone]}”列，不能识别各行" in page:
            refused += 1
        else:
            assert (SAME in page, f"没有“{told[gone]}”列" in page) == (True, True), told[gone]
    assert 1 <= refused < count
