"""Desk and list of districts at 390 px by keyboard: nothing moves sideways, what has the keyboard is on the screen and bears a ring."""

import pytest

from tests.e2e.steps.seats import desk
from tests.e2e.test_every_page import people, runs_over  # noqa: F401 -- a fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.area("portal", "districts/file")]
SEATS = ("preparer", "reviewer", "bureau", "authority", "city-officer", "city-director", "secretariat")
MOST, FEWEST = 60, 5  # tabs on a page
# What has the keyboard: its words, whether it looks otherwise than without it, whether it is on the screen.
HELD = """() => new Promise((told) => requestAnimationFrame(() => requestAnimationFrame(() => {
    const held = document.activeElement, box = held.getBoundingClientRect();
    const look = () => { const style = getComputedStyle(held);
        return [style.outlineStyle === "none" ? "0px" : style.outlineWidth, style.boxShadow].join(); };
    const focused = look();
    held.blur();
    const ring = look() !== focused;
    held.focus({ preventScroll: true });
    const words = `${held.tagName} ${held.id} ${held.textContent.trim().slice(0, 20)}`;
    told(held === document.body ? null : [words, ring, box.width > 0 && box.left >= -1 && box.right <= innerWidth + 1]);
})))"""


def lost(page):
    """What gets the keyboard without a ring or beside the screen; at least so many places get it."""
    found = []
    for stop in range(MOST):
        page.keyboard.press("Tab")
        held = page.evaluate(HELD)
        if held is None:
            assert stop >= FEWEST
            return found
        found += [held] if not (held[1] and held[2]) else []
    return found


@pytest.mark.parametrize("address", ["/desk/", "/districts/"])
def test_what_has_the_keyboard_is_seen(local_browser, live_server, album, people, address):  # noqa: F811 -- the fixture
    wrong = {}
    with desk(local_browser, live_server, album, people) as seats:
        for seat in SEATS:
            actor = seats.phone(seat)
            actor.open(address)
            assert not runs_over(actor.page), seat
            if found := lost(actor.page):
                wrong[seat] = found
    assert wrong == {}
