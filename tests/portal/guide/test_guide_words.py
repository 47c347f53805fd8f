"""Words of the glossary where they occur: each has its meaning, folds without a script and stands in no paragraph."""

import re

import pytest
from django.urls import reverse

from greendistrict.accounts.enums import Role
from greendistrict.core.loader import joined
from portal.guide.glossary import meaning_of
from portal.guide.library import guide_pages
from tests.architecture.sources import ROOT
from tests.factories.accounts import make_user

TAG = re.compile(r"\{% explained \"([^\"]*)\" %\}")
SHOWN = {
    path.relative_to(ROOT).as_posix(): text
    for path in sorted((ROOT / "templates").rglob("*.html"))
    if TAG.search(text := joined(path.read_text(encoding="utf-8")))
}
ASKED = {"带入", "待确认", "补录", "冻结规划基线", "试点基线", "默认值", "推定", "参考版", "未查明", "本平台理解为"}


def test_words_that_people_ask_for_are_explained_where_they_occur():
    assert {word for text in SHOWN.values() for word in TAG.findall(text)} >= ASKED


def test_every_word_has_a_meaning():
    (glossary,) = [page for page in guide_pages() if page.slug == "glossary"]
    assert [piece.title for piece in glossary.pieces if not meaning_of(piece.title)] == []
    for text in SHOWN.values():
        for word in TAG.findall(text):
            assert meaning_of(word)


@pytest.mark.parametrize("path", SHOWN)
def test_a_meaning_stands_in_no_paragraph(path):
    """A browser ends a paragraph where what folds begins."""
    assert [found for found in re.findall(r"<p\b[^>]*>(.*?)</p>", SHOWN[path]) if TAG.search(found)] == []


@pytest.mark.django_db
def test_a_meaning_folds_and_leads_to_the_glossary(client):
    client.force_login(make_user(Role.CITY_OFFICER))
    html = client.get(reverse("approvals:setting_list")).content.decode()
    (found,) = re.findall(r'<details class="gd-meaning">(.*?)</details>', html, re.DOTALL)
    assert meaning_of("默认值") in found
    assert f'href="{reverse("portal:guide_page", args=["glossary"])}#默认值"' in found
