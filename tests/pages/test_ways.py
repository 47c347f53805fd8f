"""Every link of a kept page to a place on another page leads to a page that opens for who read it, and to a place that is on it."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urldefrag

import pytest
from lxml import html

from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.signin import stamps
from tests.pages.asked import asked
from tests.pages.kept import FOLDER
from tests.pages.world import NOW, VISITOR, connected_to
from tests.portal.writes import undone

HEAD = re.compile(r"=== (\S+) (?:get|whole|piece\S*) \S+")
WAY = re.compile(r"<a [^<>]*?href=(/[^\s>#]*#[^\s>]+)")


def ways() -> dict[tuple[str, str], dict[str, set[str]]]:
    """Places by seat and page, each with the kept texts that lead there."""
    found: dict[tuple[str, str], dict[str, set[str]]] = {}
    for name in asked():
        for seat, way in _ways_of(name):
            page, place = urldefrag(way)
            found.setdefault((seat, page), {}).setdefault(unquote(place), set()).add(name)
    return found


def _ways_of(name: str) -> Iterator[tuple[str, str]]:
    seat = ""
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("=== "):
            seat = head[1] if (head := HEAD.match(line)) else ""
        elif seat and not line.startswith("-"):
            yield from ((seat, way) for way in WAY.findall(line))


def places_on(client, seat: str, page: str) -> set[str] | None:
    """What can be led to on a page; None if it does not open."""
    with clock.at(NOW), undone():
        client.logout()
        if seat != VISITOR:
            client.force_login(User.objects.get(username=seat))
            session = client.session
            stamps.begin(session)
            session.save()
        answer = client.get(page, follow=True)
        return set(html.fromstring(answer.content.decode()).xpath("//@id")) if answer.status_code == 200 else None


@pytest.mark.slow
def test_every_way_to_a_place_on_another_page_leads_to_it(client, stored, django_db_blocker):
    led = ways()
    assert len(led) > 50
    dead = []
    with django_db_blocker.unblock(), connected_to(stored):
        for (seat, page), places in led.items():
            there = places_on(client, seat, page)
            gone = places if there is None else places.keys() - there
            dead += [f"{seat}: {page}#{place}, from {', '.join(sorted(places[place]))}" for place in gone]
    assert dead == []
