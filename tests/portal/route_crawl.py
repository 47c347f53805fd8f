"""What test_every_route asks inside a portal: ``python -m tests.portal.route_crawl all|share``; the answer is one line of JSON.

Each address is read and sent an empty form by somebody of each role; nothing that is sent stays. ``share`` lets one role ask each
route, a different one for each.
"""

import json
import logging
import os
import sys
from collections import Counter, defaultdict
from itertools import islice

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")
GET_CODES = {200, 204, 301, 302, 403, 404, 405, 409, 410, 429}  # 410: closed for changes
OWN_CODES = {
    "api:evidence": 401,  # takes tokens, nobody's session
    "api:meter_readings": 401,  # takes tokens of systems, nobody's session
    "core:readyz": 503,
    "signin:session_stay": 401,
    "signin:second_passkey": 401,
    "signin:proof_passkey": 401,
}
POST_CODES = {200, 204, 301, 302, 303, 400, 403, 404, 405, 409, 410, 413, 415, 422, 429}
BACK_TO_SIGN_IN = {"accounts:logout", "signin:second"}
UNAUTHORIZED = 401
API = "/api/"
REFUSED = {301, 400, 401, 403, 404, 405, 409, 410, 422, 429}
NOTHING = {"int": 999_999_999, "str": "no-such-thing", "slug": "no-such-thing", "uuid": "00000000-0000-4000-8000-000000000001"}
SEARCHED = 40
DAY = 86_400  # seconds


class Seat:
    """Somebody signed in, or a visitor."""

    def __init__(self, name, user):
        from django.test import Client

        from greendistrict.signin import stamps

        self.name, self.user, self.client = name, user, Client(raise_request_exception=True)
        if user is not None:
            self.client.force_login(user)
            session = self.client.session
            stamps.begin(session)
            # Nothing of a request stays, its time neither: on a slow machine the crawl would be signed out after half an hour.
            stamps.change(session, seen=stamps.now() + DAY)
            session.save()
        self.cookies = {key: morsel.value for key, morsel in self.client.cookies.items()}
        self._sights = {}

    def sees(self, filler, value):
        """Whether a value is in sight; None where nothing says."""
        if filler.sight is None:
            return None
        if filler not in self._sights:
            self._sights[filler] = set() if self.user is None else {str(one) for one in filler.sight(self.user)}
        return str(value) in self._sights[filler]

    def ask(self, method, url, data=None):
        """The answer, or the exception."""
        self.client.cookies.clear()
        self.client.cookies.load(self.cookies)
        try:
            answer = getattr(self.client, method)(url, data)
            if answer.streaming:
                b"".join(answer.streaming_content)
        except Exception as error:  # noqa: BLE001 -- whatever a view does not catch is a failure page for somebody
            return error
        return answer


class Addresses:
    """Addresses of routes, filled with what the database has."""

    def __init__(self):
        self.kept, self.hollow = {}, {}

    def values(self, path, given):
        """Values of one part of an address."""
        from tests.portal.routes import FILLERS

        key = (path, tuple(given.items()))
        if key not in self.kept:
            self.kept[key] = list(FILLERS[path].values(given))
        return self.kept[key]

    def fill(self, parts, given, seat):
        """Ways to fill the parts, each with whether something in it is out of sight: one in sight, one out of it."""
        from tests.portal.routes import FILLERS

        if not parts:
            yield dict(given), False
            return
        (name, path), rest = parts[0], parts[1:]
        found = self.values(path, given)
        groups = defaultdict(list)
        for value in found:
            groups[seat.sees(FILLERS[path], value)].append(value)
        for in_sight, group in groups.items():
            for value in islice(group, SEARCHED):
                ways = list(self.fill(rest, {**given, name: value}, seat))
                yield from ((way, hidden or in_sight is False) for way, hidden in ways)
                if ways:
                    break

    def of(self, route, seat):
        """Addresses of a route for somebody; one of nothing where the database has nothing to fill it with."""
        ways = list(self.fill(route.parts, {}, seat))
        if ways:
            self.hollow[route.name] = False
            return [(build(route, way), hidden) for way, hidden in ways]
        self.hollow.setdefault(route.name, True)
        return [(build(route, {name: nothing(route, name) for name, _ in route.parts}), False)]


def nothing(route, name):
    """A value of the right form that nothing has."""
    return NOTHING[route.kinds[name]]


def build(route, given):
    """The address itself."""
    from urllib.parse import quote

    path = route.path
    for name, value in given.items():
        path = path.replace(f"<{name}>", quote(str(value), safe=""))
    return f"/{path}"


def answers_unauthorized(url):
    """Whether a visitor is answered 401 instead of the page to sign in: programs, and what a page sends by itself."""
    from django.urls import resolve

    path = url.partition("?")[0]
    return path.startswith(API) or getattr(resolve(path).func, "asks_by_itself", False)


def seats(people):
    """Somebody of each role, a stranger of each role that belongs to a body, and a visitor."""
    from greendistrict.accounts.enums import Role
    from greendistrict.accounts.models import User
    from tests.factories.accounts import make_organisation, make_user
    from tests.portal.strangers import STRANGERS

    found = [("visitor", None)]
    for role in Role.values:
        users = User.objects.filter(posts__role=role, is_active=True).distinct().order_by("pk")[:people]
        found += [(f"{role} {user.username}", user) for user in users]
    with_body = [(f"stranger {role}", make_user(role, make_organisation(kind))) for role, kind in STRANGERS.items()]
    return [Seat(name, user) for name, user in [*found, *with_body]]


class Crawl:
    """Asks and notes what should not have happened."""

    def __init__(self):
        self.wrong, self.leaks, self.wrote = [], defaultdict(set), defaultdict(set)
        self.codes, self.asked, self.addresses = Counter(), 0, Addresses()

    def ask(self, route, seat, method, url, *, hidden):
        """One request; nothing of it stays."""
        from django.db import connection

        from tests.portal.writes import Writes, undone

        writes = Writes()
        with undone(), connection.execute_wrapper(writes):
            answer = seat.ask(method, url)
        self.asked += 1
        if isinstance(answer, Exception):
            self.wrong.append(f"{seat.name} {method} {url}: {answer!r}"[:500])
            return
        code = answer.status_code
        self.codes[f"{method} {code}"] += 1
        is_known = code in (GET_CODES if method == "get" else POST_CODES) or code == OWN_CODES.get(route.name)
        if not is_known and not (code == UNAUTHORIZED and seat.user is None and answers_unauthorized(url)):
            self.wrong.append(f"{seat.name} {method} {url}: {code}")
        if (
            seat.user is not None
            and code == 302
            and answer["Location"].startswith("/accounts/login/")
            and route.name not in BACK_TO_SIGN_IN
        ):
            self.wrong.append(f"{seat.name} {method} {url}: signed out")
        if hidden and code not in REFUSED and not (seat.user is None and code == 302):
            self.leaks[route.name].add(f"{seat.name} {method} {url} {code}")
        if writes.tables:
            self.wrote[f"{method} {route.name}" + (" refused" if code >= 400 else "")] |= writes.tables


def crawl(everything):
    """Every route by every seat, or by one seat each."""
    from tests.portal.routes import routes

    made, everybody = Crawl(), seats(2 if everything else 1)
    for number, route in enumerate(routes()):
        asking = everybody if everything else [everybody[number % len(everybody)], everybody[-1 - number % 6]]
        for seat in asking:
            for url, hidden in made.addresses.of(route, seat):
                made.ask(route, seat, "get", url, hidden=hidden)
                made.ask(route, seat, "post", url, hidden=hidden)
    return {
        "asked": made.asked,
        "wrong": made.wrong,
        "leaks": {name: sorted(found)[:4] for name, found in sorted(made.leaks.items())},
        "wrote": {name: sorted(found) for name, found in sorted(made.wrote.items())},
        "hollow": sorted(name for name, empty in made.addresses.hollow.items() if empty),
        "codes": dict(sorted(made.codes.items())),
    }


def main(everything):
    """Crawl; the strangers and sessions stay in the portal of the test."""
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    logging.disable(logging.WARNING)  # a line for each request
    return crawl(everything)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(main(sys.argv[1] == "all"), ensure_ascii=False))
