"""The walk over the portal for test_walk: ``python -m tests.portal.walk shared|whole``; the answer is one line of JSON.

``shared``: one person for each set of posts follows the links from the desk, to a page of each route; the first of each kind of body also
to one with each name in its query. Then the routes that no link led to are read, and an address of each with something out of sight. Each
form is sent hostile values by who was shown it, and as it stands by two people and a stranger who are not; every route is sent an empty
form, too. ``whole``: all people, two pages of each kind with every choice of filters, and every route is sent an empty form by everybody.
Nothing that is sent stays.
"""

import json
import logging
import os
import re
import sys
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")
BASE = "http://testserver/"
STARTS = ("/desk/", "/")
HOSTILE = (
    "\0", "²", "9" * 5000, str(2**63), "-1", "1e999", "NaN", "一" * 3000, "99999-01-01", "0001-01-01", "[", "{{}}", "null", "../../x", "",
)  # fmt: skip
NAMES = re.compile(r'name="([\w.-]+)"')
HTMX = re.compile(r'hx-(get|post)="([^"]+)"')
FIELDS = 40
TOGETHER, SINGLY = 2, 3  # times that all fields of a form are hostile, and fields that are one at a time
KEY = 6  # fields that tell forms of one address apart
WRONG = 2  # people who are not shown a form and send it
NOT_YOURS = {403, 404, 405, 409, 410}  # what a form is answered whose page is refused
READ = 422  # the form was read before the right was asked
# Forms about what is one's own, which a page shows while there is something to do.
OWN = {"accounts:login", "notifications:read_all", "reports:obligations_plan"}
LOOKED_AT = 5  # people among whom they are looked for
PLAIN, FILTERED, EVERYTHING = 0, 1, 2  # how deep somebody follows links
FILE = "export"  # takes its filters from the page beside it


@dataclass(frozen=True)
class FoundForm:
    """A form that a page showed somebody, and what stood in it."""

    seat: object
    page: str
    method: str
    action: str
    fields: dict[str, str]
    names: list[str]  # of all fields of the page
    headers: dict[str, str]


@cache
def place_of(path):
    """Name of the route behind a path."""
    from django.urls import Resolver404, resolve

    try:
        return resolve(path).view_name
    except Resolver404:
        return path


def kinds_of(url, depth):
    """What a page counts as, and how many of it are read: its route, its route with each name in the query, with every choice of them."""
    parts = urlsplit(url)
    place = place_of(parts.path)
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}) if depth > PLAIN else []
    found = dict.fromkeys([f"{place}?{name}" for name in names] or [place], max(depth, 1))
    return {f"{place}?{names}": 1, **found} if depth == EVERYTHING and FILE not in place else found


class Walk:
    """Asks, has each answer looked at, and keeps what should not have happened by the name of the inspector."""

    def __init__(self, insiders, strangers, visitor, planted, *, everything):
        from tests.portal.addresses import Addresses

        self.insiders, self.strangers, self.visitor = insiders, strangers, visitor
        self.planted, self.everything, self._bodies = planted, everything, set()
        self.addresses, self.found = Addresses(), defaultdict(list)
        self.leaks, self.wrote, self.codes = defaultdict(set), defaultdict(set), Counter()
        self.forms, self.without, self.right = [], defaultdict(set), {}
        self.reached, self.told = defaultdict(set), defaultdict(set)
        self._tried, self._shown, self._hostile = set(), {}, cycle(HOSTILE)

    @property
    def everybody(self):
        return [self.visitor, *self.insiders, *self.strangers]

    def ask(self, seat, method, url, data=None, *, source="", hidden=False, hostile=False, headers=None):
        """One request; nothing of it stays."""
        from django.db import connection

        from tests.portal.seats import Asked
        from tests.portal.writes import Writes, undone

        asked = Asked(seat, method, url, place_of(urlsplit(url).path), source, hidden, hostile)
        writes = Writes()
        with undone(), connection.execute_wrapper(writes):
            asked.answer, asked.body = seat.ask(method, url, data, **(headers or {}))
        asked.tables = writes.tables
        self._look(asked)
        return asked

    def _look(self, asked):
        from tests.portal import inspectors

        self.codes[f"{asked.method} {asked.code}"] += 1
        for inspect in inspectors.INSPECTORS:
            if wrong := inspect(asked):
                (self.leaks[asked.place].add if inspect is inspectors.opens_what_is_hidden else self.found[inspect.__name__].append)(wrong)
        if inspectors.withholds(asked):
            self.told[asked.place].add(asked.seat.name)
        refused = asked.code >= inspectors.ERROR
        if asked.tables and (refused or not asked.hostile):
            self.wrote[f"{asked.method} {asked.place}{' refused' if refused else ''}"] |= asked.tables
        if asked.code == inspectors.NO_SUCH_METHOD:
            self.without[asked.method].add(asked.place)

    def follow(self, seat):
        """Read from the desk on what links lead to."""
        todo, seen, counted = deque((start, "") for start in STARTS[seat.user is None :]), set(STARTS), Counter()
        depth = EVERYTHING if self.everything else PLAIN if seat.bodies <= self._bodies else FILTERED
        self._bodies |= seat.bodies
        while todo:
            url, source = todo.popleft()
            kinds = kinds_of(url, depth)
            if all(counted[kind] >= most for kind, most in kinds.items()):
                continue
            counted.update(kinds.keys())
            asked = self.ask(seat, "get", url, source=source)
            if asked.code == 200:
                self.reached[seat].add(asked.place)
                self.right.setdefault(asked.place, seat)
            for link in self._links(asked):
                if link not in seen:
                    seen.add(link)
                    todo.append((link, url))
            if asked.is_page:
                self._query(seat, asked)
                self._collect(seat, asked)

    def _links(self, asked):
        """Addresses of the portal that an answer leads to; files of its own that are missing are noted."""
        from scripts.crawl import Page, same_site
        from tests.portal import inspectors

        given = [asked.answer["Location"]] if asked.code in {301, 302} else Page(asked.text).links if asked.is_page else []
        for link in given:
            target = same_site(BASE, urljoin(BASE, asked.url), link)
            parts = urlsplit(target) if target else None
            if parts and parts.path.startswith(inspectors.STATIC):
                if not inspectors.is_static(parts.path):
                    self.found["leads_nowhere"].append(f"{parts.path} (linked from {asked.url})")
            elif parts:
                yield parts.path + (f"?{parts.query}" if parts.query else "")

    def _once(self, *what):
        fresh = what not in self._tried
        self._tried.add(what)
        return fresh

    def _query(self, seat, asked):
        """Ask for the page with hostile values."""
        if self._once("query", asked.place):
            parts = urlsplit(asked.url)
            names = {*NAMES.findall(asked.text)[:FIELDS], *(name for name, _ in parse_qsl(parts.query, keep_blank_values=True))}
            self.ask(seat, "get", f"{parts.path}?{urlencode(dict.fromkeys(names, next(self._hostile)))}", hostile=True)

    def _collect(self, seat, asked):
        """Keep the page's forms that nobody was shown before, and send them hostile values."""
        for form in forms_of(seat, asked):
            if self._once(form.method, place_of(urlsplit(form.action).path), *sorted(form.fields)[:KEY]):
                if form.method == "post":
                    self.forms.append(form)
                    self.right[place_of(urlsplit(form.action).path)] = seat
                self._attack(form)

    def _attack(self, form):
        sent = [dict.fromkeys({*form.fields, *form.names}, value) for value in islice(self._hostile, TOGETHER)]
        sent += [{**form.fields, name: next(self._hostile)} for name in list(form.fields)[:SINGLY]]
        for data in sent:
            self.ask(form.seat, form.method, form.action, data, hostile=True, headers=form.headers)

    def read(self, seat):
        """Read what no link led to, and of each route an address with something out of sight; the planted files, by who may not."""
        from django.urls import reverse

        from tests.portal.inspectors import is_outside
        from tests.portal.routes import routes

        for key in self.planted if is_outside(seat) else ():
            self.ask(seat, "get", reverse("documents:download", args=[key]), hidden=True)
            self.ask(seat, "get", reverse("documents:confidentiality", args=[key]), hidden=True)

        for route in routes():
            if route.name not in self.without["get"]:
                for url, hidden in self.addresses.of(route, seat):
                    if hidden or route.name not in self.reached[seat]:
                        self.ask(seat, "get", url, hidden=hidden)

    def send_forms(self):
        """Send each form as people who are not shown it: it is refused where the page is, never writes anything, and is not read first."""
        for number, form in enumerate(self.forms):
            others = [seat for seat in rotated(self.insiders, number) if seat is not form.seat][:LOOKED_AT]
            wrong = [*islice((seat for seat in others if not self._shows(seat, form)), WRONG)]
            wrong += [seat for seat in rotated(self.strangers, number)[:1] if not self._shows(seat, form)]
            for seat in wrong:
                shown = self._shown[seat, form.page] is not None
                for fields in (form.fields, dict.fromkeys(form.fields, "")) if shown else (form.fields,):
                    asked = self.ask(seat, "post", form.action, fields, hostile=True, headers=form.headers)
                    refused = asked.code in NOT_YOURS or (shown and asked.code != READ)
                    if asked.place not in OWN and (asked.tables or not refused):
                        self.found["takes_a_form_of_others"].append(f"{asked} (from {form.page}, wrote {sorted(asked.tables)})")

    def _shows(self, seat, form):
        """Whether the page shows somebody the form, too."""
        if (seat, form.page) not in self._shown:
            asked = self.ask(seat, "get", form.page)
            self._shown[seat, form.page] = {one.action for one in forms_of(seat, asked)} if asked.is_page else None
        return form.action in (self._shown[seat, form.page] or ())

    def send_nothing(self):
        """Send every route an empty form: by who is shown its form; of others by who may read it, two people and a stranger."""
        from tests.portal.routes import routes

        shown = {place_of(urlsplit(form.action).path) for form in self.forms}
        for number, route in enumerate(routes()):
            right = [self.right[route.name]] if route.name in self.right else []
            others = [*rotated(self.insiders, number)[:2], self.strangers[number % len(self.strangers)]]
            asking = right if route.name in shown else dict.fromkeys([*right, *others])
            for seat in self.everybody if self.everything else asking:
                for url, hidden in self.addresses.of(route, seat):
                    if route.name not in self.without["post"]:
                        self.ask(seat, "post", url, hidden=hidden)

    def results(self):
        return {
            "asked": sum(self.codes.values()),
            "forms": len(self.forms),
            "seats": len(self.insiders),
            "wrong": {name: sorted(set(lines))[:40] for name, lines in sorted(self.found.items())},
            "leaks": {name: sorted(found)[:4] for name, found in sorted(self.leaks.items())},
            "wrote": {name: sorted(found) for name, found in sorted(self.wrote.items())},
            "hollow": sorted(name for name, empty in self.addresses.hollow.items() if empty),
            "told": {name: sorted(found) for name, found in sorted(self.told.items())},
            "codes": dict(sorted(self.codes.items())),
        }


def rotated(things, number):
    """The same in order, beginning elsewhere."""
    start = number % len(things)
    return [*things[start:], *things[:start]]


def forms_of(seat, asked):
    """Forms of a page, and what it sends by itself; none that ends the session."""
    from scripts.crawl import Page

    names = [name for name in NAMES.findall(asked.text) if name != "csrfmiddlewaretoken"][:FIELDS]
    for form in Page(asked.text).forms:
        action = urljoin(asked.url, form.action)
        if form.method in {"get", "post"} and not urlsplit(action).netloc and "logout" not in action:
            yield FoundForm(seat, asked.url, form.method, action, dict(form.fields), names, {})
    for method, address in HTMX.findall(asked.text):
        action = urljoin(asked.url, address.replace("&amp;", "&"))
        data = {"field": "value", "value": "1", "version": "0", "token": "t"}
        yield FoundForm(seat, asked.url, method, action, data, names, {"HX-Request": "true"})


def main(how):
    """Walk; the strangers, the sessions and the names of files stay in the portal of the test."""
    from django.test.utils import setup_test_environment

    from tests.caches import empty
    from tests.portal import inspectors, seats

    setup_test_environment(debug=False)
    logging.disable(logging.ERROR)  # a line for each request that is refused; a view that fails raises
    everything = how == "whole"
    planted = inspectors.plant()
    walk = Walk(seats.insiders(everybody=everything), seats.strangers(), seats.visitor(), planted, everything=everything)
    for seat in walk.everybody:
        empty()  # counters of how often somebody asks
        walk.follow(seat)
        walk.read(seat)
    empty()
    walk.send_forms()
    walk.send_nothing()
    return walk.results()


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(main(sys.argv[1]), ensure_ascii=False))
