"""The programme printed from a browser: the head of a card and of its table stays with the first row."""

import unicodedata
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from beautiful.frame.programme import programme

pytestmark = [pytest.mark.area("beautiful/frame"), pytest.mark.django_db(transaction=True)]


def plain(words):
    """Without spaces, and with one form of each character: a PDF may name a radical for it."""
    return "".join(unicodedata.normalize("NFKC", words).split())


def test_no_head_stands_alone_at_the_foot_of_a_page(browser, live_server):
    page = browser.new_page()
    page.goto(live_server.url + reverse("beautiful:public_programme"), wait_until="networkidle")
    sheets = [plain(sheet.extract_text()) for sheet in PdfReader(BytesIO(page.pdf(format="A4"))).pages]
    page.close()
    assert len(sheets) >= 3
    firsts = {f"{group}二（二）、三": f"{areas[0].name}{areas[0].city}" for group, areas in programme().groups}
    firsts["美丽上海先行区三（五）"] = next(iter(programme().vanguards))
    for head, row in firsts.items():
        [begun] = [sheet for sheet in sheets if plain(head) in sheet]
        assert plain(row) in begun, head
