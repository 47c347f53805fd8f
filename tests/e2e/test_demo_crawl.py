"""Every kind of page that every seat of the demo can reach by links."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import Resolver404, resolve

from scripts import crawl
from tools.demo.people import BODIES, CROWD, SEATS

pytestmark = pytest.mark.slow


def kind_of_page(url):
    """The route behind an address and the names in its query: pages of all districts, settings or cases are of one kind."""
    parts = urlsplit(url)
    try:
        route = resolve(parts.path).route
    except Resolver404:
        return crawl.shape(url)
    return f"{route}?{sorted({name for name, _value in parse_qsl(parts.query, keep_blank_values=True)})}"


def seats_alike():
    """Seats that do the same work as an earlier one, for another body of its kind: each reads one page of a kind, the first one two."""
    bodies, known, found = {body.code: body for body in BODIES}, set(), set()
    for person in (*SEATS, *CROWD):
        body = bodies[person.body]
        office = body.code.rpartition("-")[2] if body.parent else ""  # of a bureau: which one
        work = (person.role, body.kind, body.committee, office)
        if work in known:
            found.add(person.seat)
        known.add(work)
    return found


def test_no_link_of_any_seat_leads_to_an_error(demo):
    rows = json.loads((demo.folder / "demo-accounts.json").read_text(encoding="utf-8"))
    assert crawl.crawl_all(f"{demo.url}/", rows, shape_of=kind_of_page, alike=seats_alike()) == []
    assert demo.complaints() == ""
