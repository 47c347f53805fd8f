"""Every list whose workbook comes back: saved by another program it says the same; a column that is gone changes nothing, and is named."""

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
from indicators.editions.models import Edition
from indicators.editions.workbook.build import workbook_of
from indicators.editions.workbook.read import parse_workbook
from tests.pages.world import NOW, connected_to
from tests.portal.writes import undone
from tests.upgrade.heads import heads
from tests.word.office import converted

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
    "score sheet": ("expert1", "/assessments/reviews/9/score/import/"),
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


def signed_in(kind):
    client = Client()
    client.force_login(User.objects.get(username=PAGES[kind][0]))
    return client


def offered(client, address):
    """The workbook that the page of an import offers."""
    links = lxml.html.fromstring(client.get(address).content).xpath("//a/@href")
    answer = client.get(urljoin(address, next(link for link in links if link.endswith(("/export/", "/workbook/")))))
    return b"".join(answer) if answer.streaming else answer.content


def exported(client, address):
    """The same opened, its list and the heads of it."""
    book = openpyxl.load_workbook(BytesIO(offered(client, address)))
    told = heads()[book["gd"].cell(1, 1).value]
    sheet = book.worksheets[0]
    assert told in [[cell.value for cell in row][: len(told)] for row in sheet.iter_rows(max_row=6)]
    return book, sheet, told


@pytest.mark.parametrize("kind", PAGES)
def test_a_column_that_is_gone_changes_nothing(world, kind):
    client, address = signed_in(kind), PAGES[kind][1]
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


def answered(kind, content, name="表.xlsx"):
    """The preview's page as one line of text."""
    page = signed_in(kind).post(PAGES[kind][1], {"workbook": SimpleUploadedFile(name, content)})
    return " ".join(page.content.decode().split())


@pytest.mark.parametrize("kind", PAGES)
def test_saved_by_openpyxl_it_says_what_it_said(world, kind):
    book, content = openpyxl.load_workbook(BytesIO(offered(signed_in(kind), PAGES[kind][1]))), BytesIO()
    book.save(content)
    assert SAME in answered(kind, content.getvalue())


FORMATS = ("xlsx", "ods", "xls")


@pytest.fixture(scope="module")
def by_libreoffice(world, tmp_path_factory):
    """Each workbook as LibreOffice saves it in each of its formats, all of a format in one start of the program."""
    books = {kind: offered(signed_in(kind), address) for kind, (_, address) in PAGES.items()}
    books |= {edition.code: workbook_of(edition.document) for edition in Edition.objects.all()}
    return {ending: converted(tmp_path_factory.mktemp(ending), books, given="xlsx", to=ending) for ending in FORMATS}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("kind", PAGES)
def test_saved_by_libreoffice_it_says_what_it_said(by_libreoffice, kind, ending):
    assert SAME in answered(kind, by_libreoffice[ending][kind], f"表.{ending}")


def test_every_workbook_that_comes_back_is_here(world):
    books = [openpyxl.load_workbook(BytesIO(offered(signed_in(kind), address))) for kind, (_, address) in PAGES.items()]
    assert {book["gd"].cell(1, 1).value for book in books} == set(heads())


def test_each_edition_saved_by_another_program_has_the_same_digest(by_libreoffice):
    editions = Edition.objects.all()
    assert editions
    for edition in editions:
        book, content = openpyxl.load_workbook(BytesIO(workbook_of(edition.document))), BytesIO()
        book.save(content)
        books = (workbook_of(edition.document), by_libreoffice["xlsx"][edition.code], content.getvalue())
        made, *found = (parse_workbook(one) for one in books)
        assert made.digest == edition.digest
        assert found == [made, made]
