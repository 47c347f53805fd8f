"""Desks and cases show at most six tenths of the words that they had in November 2026; a draft ends within 2,000 px."""

import pytest
from django.conf import settings
from lxml import html

from greendistrict.core import clock
from tests.browsers import chromium
from tests.pages.asked import Page
from tests.pages.world import NOW, connected_to, signed_in, stored_portal
from tests.portal.writes import undone

# Characters in sight before, by seat and page, counted in Chromium on the stored world.
BEFORE = {
    ("preparer", "/desk/"): 1447, ("reviewer", "/desk/"): 1352, ("authority", "/desk/"): 910, ("bureau", "/desk/"): 822,
    ("city-officer", "/desk/"): 1643, ("city-checker", "/desk/"): 1137, ("city-director", "/desk/"): 1306, ("city-legal", "/desk/"): 1151,
    ("secretariat", "/desk/"): 771, ("preparer", "/cases/12/"): 2289, ("reviewer", "/cases/12/"): 2690, ("authority", "/cases/11/"): 2617,
    ("city-officer", "/cases/8/"): 2810, ("city-officer", "/cases/10/"): 2747, ("city-officer", "/cases/6/"): 1839,
}  # fmt: skip
MOST_EACH, MOST_ALL = 0.75, 0.6
FOLDED = ".//details[not(@open)]/*[not(self::summary)] | .//*[contains(@class, 'visually-hidden')] | .//script"
DRAFT, TALLEST = "/cases/12/", 2000


def in_sight(content: bytes) -> int:
    """Characters of the main part that nobody has to unfold."""
    main = html.fromstring(content.decode()).find(".//main")
    for hidden in main.xpath(FOLDED):
        hidden.drop_tree()
    return len("".join(main.text_content().split()))


@pytest.fixture(scope="module")
def now(stored, django_db_blocker):
    with django_db_blocker.unblock(), connected_to(stored), clock.at(NOW), undone():
        return {place: in_sight(signed_in(Page(place[0], "get", place[1], None)).get(place[1]).content) for place in BEFORE}


def test_no_page_has_become_longer_again(now):
    assert {place: count for place, count in now.items() if count > MOST_EACH * BEFORE[place]} == {}


@pytest.mark.parametrize("kind", ["/desk/", "/cases/"])
def test_desks_and_cases_take_six_tenths_of_the_words(now, kind):
    places = [place for place in BEFORE if place[1].startswith(kind)]
    assert sum(now[place] for place in places) <= MOST_ALL * sum(BEFORE[place] for place in places)


@pytest.mark.slow
def test_a_draft_ends_within_two_screens_and_a_half(tmp_path, django_db_blocker):
    with django_db_blocker.unblock(), stored_portal(tmp_path / "portal") as portal:
        portal.clock.write_text(NOW.isoformat(), encoding="utf-8")
        portal.start_web()
        with connected_to(portal):
            client = signed_in(Page("preparer", "get", DRAFT, None))
        with chromium() as browser:
            context = browser.new_context(viewport={"width": 1366, "height": 768})
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": portal.url}])
            page = context.new_page()
            page.goto(portal.url + DRAFT)
            assert page.get_by_role("heading", level=1).inner_text() == "演示湖畔区（虚构）试点申报"
            assert page.evaluate("document.documentElement.scrollHeight") <= TALLEST
