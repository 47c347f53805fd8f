"""A page of each kept text, in the stored world, in the browser: nothing is refused, runs over or is too small, axe finds nothing."""

import re
from types import SimpleNamespace

import pytest

from greendistrict.accounts.models import User
from tests.e2e.steps.seats import desk
from tests.pages.asked import asked
from tests.pages.kept import FOLDER
from tests.pages.world import NOW, VISITOR, stored_world

pytestmark = pytest.mark.django_db(transaction=True)
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
MISSING = re.compile(r"404 (?!.*/static/)|MissingPDFException")  # the world is stored without its files
ROOMS = [
    pytest.param(["accounts", "audit", "documents", "notifications", "signin"], marks=pytest.mark.area("greendistrict")),
    pytest.param(["approvals"], marks=pytest.mark.area("approvals")),
    pytest.param(["assessments"], marks=pytest.mark.area("assessments")),
    pytest.param(["beautiful"], marks=pytest.mark.area("beautiful")),
    pytest.param(["carbon"], marks=pytest.mark.area("carbon")),
    pytest.param(["districts", "operation"], marks=pytest.mark.area("districts", "operation")),
    pytest.param(["indicators", "policy", "reports"], marks=pytest.mark.area("indicators", "reports")),
    pytest.param(["obligations", "portal"], marks=pytest.mark.area("obligations", "portal")),
    pytest.param(["outreach"], marks=pytest.mark.area("outreach")),
]
# Labels of charts and maps that stand on the screen in less than 10 px.
TOO_SMALL = """() => [...document.querySelectorAll("main svg:is(.gd-chart, .gd-map) text")].filter((text) => text.getClientRects().length)
    .map((text) => [parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a, text.textContent.trim()])
    .filter(([size]) => size < 10).map(([size, words]) => `${words} ${size.toFixed(1)}`)"""


@pytest.fixture
def people(live_server, move, tmp_path, django_db_blocker):
    """Who asks for pages of the stored world, which the live server shows."""
    move(NOW.date())
    with stored_world(tmp_path / "portal"):
        yield SimpleNamespace(**{user.username: user for user in User.objects.all()})


def pages(rooms):
    """The first page of each text, where it shows one."""
    for name, found in asked().items():
        if name.partition("/")[0] in rooms:
            kept = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
            yield from [page for page in found if page.data is None and f"{page.head}: 200\ntitle " in kept][:1]


def runs_over(page):
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


@pytest.mark.parametrize("rooms", ROOMS, ids=" ".join)
def test_pages_open_without_complaint_and_axe_finds_nothing(local_browser, live_server, album, people, rooms):
    wide, small = [], []
    with desk(local_browser, live_server, album, people) as seats:
        visitor = seats.visitor(javascript=True)
        for page in pages(rooms):
            actor = visitor if page.seat == VISITOR else seats[page.seat]
            actor.page.set_viewport_size(DESK)
            actor.open(page.address)
            actor.check_access(page.head)
            actor.page.set_viewport_size(PHONE)
            wide += [page.head] if runs_over(actor.page) else []
            small += [(page.head, label) for label in actor.page.evaluate(TOO_SMALL)]
        for actor in seats.actors.values():
            actor.page.goto("about:blank")  # what the last page still asks for is complained of before it is left
            actor.complaints[:] = [words for words in actor.complaints if not MISSING.search(words)]
    assert (wide, small) == ([], [])
