"""QR codes of papers hold the absolute address that shows the paper, and nothing else."""

import re
from base64 import b64decode
from io import BytesIO

import pytest
import segno
from django.test import Client
from django.urls import reverse
from PIL import Image

from greendistrict.core import clock, codes, papers, qr
from reports.jobs.models import ExportJob
from tests.factories.approvals import Filing

CODE = "ABCD-EFGH-JKMN-PQRS-TUVW"
STROKE = re.compile(r"M(\d+) (\d+)\.5h(\d+)")


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://portal.example/"


def modules(svg):
    """Dark modules (row, column) that the strokes of the path draw, without the white around."""
    runs = [map(int, found) for found in STROKE.findall(svg)]
    return {(row - qr.QUIET, column + step - qr.QUIET) for column, row, length in runs for step in range(length)}


def expected(address):
    matrix = segno.make(address, error="m", micro=False).matrix
    return {(row, column) for row, line in enumerate(matrix) for column, dark in enumerate(line) if dark}


def test_every_form_draws_the_code_of_the_absolute_address():
    drawn = expected("https://portal.example/verify/?check=ABCDEFGHJKMNPQRSTUVW")
    assert modules(qr.qr_svg(CODE)) == drawn
    assert modules(b64decode(qr.qr_uri(CODE).partition(",")[2]).decode()) == drawn
    with Image.open(BytesIO(qr.qr_png(CODE))) as picture:
        side = picture.width // qr.PIXELS
        dark = {(row, column) for row in range(side) for column in range(side) if not picture.convert("1").getpixel(_middle(row, column))}
    assert {(row - qr.QUIET, column - qr.QUIET) for row, column in dark} == drawn
    assert modules(qr.qr_svg("WVUT-SRQP-NMKJ-HGFE-DCBA")) != drawn
    head = qr.qr_svg(CODE, css="own").partition("<path")[0]  # for screen readers
    assert [words for words in ('class="own"', 'role="img"', "<title>核验二维码</title>") if words not in head] == []


def _middle(row, column):
    return column * qr.PIXELS + qr.PIXELS // 2, row * qr.PIXELS + qr.PIXELS // 2


@pytest.mark.django_db
def test_the_address_opens_the_paper(people):
    job = ExportJob.objects.create(kind="annual_city", year=2025, requested_at=clock.now(), requested_by=people.city_officer)
    address = qr.verify_address(codes.written(papers.give(job)))
    page = Client().get(address.removeprefix("https://portal.example"))
    assert (page.status_code, job.label in page.content.decode()) == (200, True)


@pytest.mark.django_db
def test_receipts_letters_and_the_printed_application_bear_it(client):
    filing = Filing().to_accepted()
    client.force_login(filing.people.reviewer)
    drawn = modules(qr.qr_svg(papers.code_of(filing.case)))
    case = filing.case.pk
    addresses = [reverse("approvals:case_receipt", args=[case]), reverse("approvals:case_print", args=[case])]
    for address in (*addresses, reverse("reports:letter", args=["case", case, "acceptance"])):
        page = client.get(address).content.decode()
        (svg,) = re.findall(r'<svg[^>]*class="gd-qr".*?</svg>', page, re.DOTALL)
        assert modules(svg) == drawn, address
