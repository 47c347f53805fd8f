"""Every kind of page that every seat of the demo can reach by links."""

import json
from functools import cache
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import Resolver404, resolve

from scripts import crawl
from scripts.demo import NEAR
from tools.demo.people import BODIES, CROWD, SEATS

pytestmark = pytest.mark.slow
FILE = "export/"


@cache  # every seat finds the same addresses, and the URL conf is long
def route_of(path):
    """The route behind a path: pages of all districts, settings or cases are at one."""
    try:
        return resolve(path).route
    except Resolver404:
        return crawl.shape(path)


@cache
def place_of(url):
    """The route behind an address, and the names in its query."""
    parts = urlsplit(url)
    return route_of(parts.path), sorted({name for name, _value in parse_qsl(parts.query, keep_blank_values=True)})


def kinds_of(most, *, together):
    """What a seat reads: ``most`` pages of a route, as many with each filter of a list, one with each choice of filters ``together``.

    A file takes its filters from the page beside it, so it is fetched with each of them and not with each choice.
    """

    def kinds(url):
        route, names = place_of(url)
        found = dict.fromkeys([f"{route}?{name}" for name in names] or [route], most)
        return {f"{route}?{names}": 1, **found} if together and not route.endswith(FILE) else found

    return kinds


def depths():
    """How much each seat reads: every kind of page, twice by the first seat of each kind of body, which tries every choice of filters too.

    Whoever does the same work as an earlier seat for another body of its kind reads what lies nearest to its own desk.
    """
    bodies, works, kinds = {body.code: body for body in BODIES}, set(), set()
    found = {crawl.PUBLIC: crawl.Depth(kinds_of(crawl.PAGES_PER_SHAPE, together=True))}
    for person in (*SEATS, *CROWD):
        body = bodies[person.body]
        office = body.code.rpartition("-")[2] if body.parent else ""  # of a bureau: which one
        work = (person.role, body.kind, body.committee, office)
        first = body.kind not in kinds
        near = NEAR if work in works else None
        found[person.seat] = crawl.Depth(kinds_of(crawl.PAGES_PER_SHAPE if first else 1, together=first), limit=near)
        works.add(work)
        kinds.add(body.kind)
    return found


def test_no_link_of_any_seat_leads_to_an_error(demo):
    rows = json.loads((demo.folder / "demo-accounts.json").read_text(encoding="utf-8"))
    depth = depths()
    assert crawl.crawl_all(f"{demo.url}/", rows, lambda seat: depth.get(seat, crawl.WHOLE)) == []
    assert demo.complaints() == ""
