"""Somebody at random in a portal: ``python -m tests.long.actor SEED NUMBER``; the answer is one line of JSON.

A seat opens a page of the next route, or a task of its desk, sends a form of it with what its fields would take and mends what is marked as
wrong; others go on with what that led to. What is sent stays, and days pass. Told is what no form should end in: a view that fails, a
refusal of the database, a warning, a page behind a taken form that does not open, and typed text that is not on the page that refuses it.
"""

import datetime as dt
import html
import json
import logging
import os
import random
import re
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.portal_settings")
START = dt.datetime(2027, 1, 11, 11)  # noqa: DTZ001 -- as in the file of the clock
# Forms of the person's own sign-in, which would end what the seat is there for.
NOT_SENT = ("logout", "/login/", "/accounts/password/", "/forgotten/", "/factors/", "/sessions/", "/proof/", "/identity/", "/static/")
NOT_OURS = re.compile(r"^(django\.request|django\.security|axes)")
NO_FILE = "file missing from the storage"  # the stored world has none
FILES = re.compile(
    "export|print|book|word|atom|rss|template|blank|download|yaml|data|script|receipt_file|calendar$|feed$|api|ogc"
)  # without forms
SEATS, TRIES, TIMES = 5, 4, 2  # seats asked for a page of a route; sendings of a form; of the same one in a round
BARREN = 8  # pages of a route without a form, after which it is left alone
A_DAY = 25  # sendings between one day and another
OF_DESK, ONCE_MORE, GOES_ON, BOLD = 0.25, 0.25, 0.5, 0.2
REFUSED, FAILED, AWAY = 400, 500, 503


class Noted(logging.Handler):
    """Keeps what is logged as a warning or worse."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.lines = []

    def emit(self, record):
        """Keep the line."""
        if not NOT_OURS.match(record.name) and NO_FILE not in record.getMessage():
            self.lines.append(f"{record.name}: {record.getMessage()[:400]}")


class Actor:
    """Asks and sends; ``found`` has what should not have happened, with the first sending that led to it."""

    def __init__(self, seed):
        from tests.portal import seats

        self.rng, self.noted, self.found, self.moment = random.Random(seed), Noted(), {}, START  # noqa: S311 -- the same for a seed
        self.seats, self.routes, self.reads = [*seats.insiders(everybody=True), seats.visitor()], [], {}
        self.posts, self.taken, self.rounds, self.sent, self.barren, self.opened, self.chain = 0, 0, 0, Counter(), Counter(), set(), []
        logging.getLogger().handlers = [self.noted]

    def run(self, number):
        """Act until so many forms were sent."""
        from tests import caches

        while self.posts < number:
            if self.posts >= A_DAY * len(self.chain):
                self._pass_time()
                caches.empty()  # counters of how often somebody asks
            seat, taken = self.rng.choice(self.seats), self.taken
            links = self._tasks(seat) if self.rng.random() < OF_DESK else []
            if links:
                self.act(seat, self.rng.choice(links))
            else:
                self._survey()
            if self.taken > taken and self.rng.random() < GOES_ON:
                self._go_on()

    def _pass_time(self):
        from django.conf import settings

        from greendistrict.workflow import outbox

        self.moment += dt.timedelta(days=self.rng.choice((0, 0, 1, 3, 8, 16, 35)), minutes=7)
        Path(settings.CLOCK_FILE).write_text(self.moment.isoformat(timespec="seconds"), encoding="utf-8")
        self.chain.append(self.moment.date().isoformat())
        self.reads.clear()
        while outbox.drain():
            pass

    def _survey(self):
        """A page of the next route whose form was not sent yet, opened by the first who is shown one; all routes come before one again."""
        from tests.portal.routes import routes

        if not self.routes:
            self.routes = [one for one in routes() if not FILES.search(one.name) and not any(word in f"/{one.path}" for word in NOT_SENT)]
            self.routes, self.rounds = [one for one in self.routes if self.barren[one.name] < BARREN], self.rounds + 1
            self.rng.shuffle(self.routes)
        route = self.routes.pop()
        for seat in self.rng.sample(self.seats, SEATS):
            url = self._address(route, seat)
            if url and self.act(seat, url):
                self.barren[route.name] = -BARREN
                return
            self.barren[route.name] += bool(url)

    def _address(self, route, seat):
        """An address with things in sight, of a real district as often as of a fictional one; None if there is none."""
        from tests.portal.addresses import build
        from tests.portal.routes import FILLERS

        given = {}
        for name, path in route.parts:
            key = (path, *given.values())
            if key not in self.reads:
                self.reads[key] = list(FILLERS[path].values(given))
            some = self.rng.sample(self.reads[key], min(SEATS, len(self.reads[key])))
            if self.rng.random() < GOES_ON:
                some.sort(key=lambda one: str(one).startswith("yan-shi"))
            given[name] = next((one for one in some if seat.sees(FILLERS[path], one) is not False), None)
            if given[name] is None:
                return None
        return build(route, given)

    def _tasks(self, seat):
        """Pages of the desk's tasks that the seat has not opened yet."""
        from greendistrict.accounts.viewer import Viewer
        from portal.todo.selectors import todo_of

        if seat.user is None:
            return []
        tasks = todo_of(Viewer(type(seat.user).objects.get(pk=seat.user.pk))).first(40)
        return sorted({task.link.partition("#")[0] for task in tasks} - {link for name, link in self.opened if name == seat.name})

    def _go_on(self):
        for seat in self.rng.sample(self.seats, SEATS // 2):
            if links := self._tasks(seat):
                self.act(seat, self.rng.choice(links))
                return

    def act(self, seat, url):
        """Open a page and send a form of it that was seldom sent; whether it has one."""
        from tests.long.fields import forms_of

        self.opened.add((seat.name, url))
        answer, text = self._ask(seat, "get", url)
        if not _is_page(answer):
            return False
        pairs = [(form, button) for form in forms_of(url, text) for button in form.buttons if _is_sent(form)]
        fresh = [pair for pair in pairs if self.sent[_key(pair)] < TIMES * self.rounds]
        if fresh:
            self._send(seat, *min(fresh, key=lambda pair: self.sent[_key(pair)]))
        return bool(fresh)

    def _send(self, seat, form, button):
        from greendistrict.core import clock
        from tests.long.fields import filled, forms_of

        self.sent[_key((form, button))] += 1
        bold, (name, value, action) = self.rng.random() < BOLD, button
        for attempt in range(TRIES):
            data = filled(self.rng, form, clock.today(), bold=bold and not attempt, again=attempt > 0) | ({name: [value]} if name else {})
            self.posts += 1
            answer, text = self._ask(seat, "post", action, data)
            if answer is None or answer.status_code in {301, 302}:
                self._taken(seat, action, data, answer)
                return
            if answer.status_code >= REFUSED or 'name="confirmed"' in text:
                self._loses(form, text, (seat, "post", action, data))
            again = [one for one in forms_of(action, text) if one.fields.keys() & form.fields.keys()] if _is_page(answer) else []
            if not again:
                return
            form = max(again, key=lambda one: len(one.fields.keys() & form.fields.keys()))
            name, value, action = next((one for one in form.buttons if one[:2] == (name, value)), form.buttons[0])

    def _taken(self, seat, action, data, answer):
        """The next page opens; the same form sent once more fails neither."""
        self.taken += 1
        target = answer["Location"] if answer is not None else ""
        if target.startswith("/"):
            landed, _ = self._ask(seat, "get", target)
            if landed is not None and landed.status_code >= REFUSED:
                self._note("leads nowhere", target, (seat, "post", action, data))
        if self.rng.random() < ONCE_MORE:
            self._ask(seat, "post", action, data)

    def _loses(self, form, text, asked):
        from tests.long.fields import TYPED

        shown = _flat(html.unescape(text))
        for name, (value, *_) in asked[-1].items():
            one = form.fields.get(name)
            if one is not None and one.kind in TYPED and "password" not in name and _flat(value) not in shown:
                self._note("loses", name, asked)

    def _ask(self, seat, method, url, data=None):
        """Answer and text; what failed, what was logged is noted."""
        self.noted.lines.clear()
        for value in (data or {}).values():
            if hasattr(value, "seek"):
                value.seek(0)  # an earlier sending has read it
        answer, body = seat.ask(method, url, data)
        asked = seat, method, url, data or {}
        if isinstance(answer, Exception):
            self._note("fails", repr(answer)[:300], asked)
            return None, ""
        if answer.status_code >= FAILED and answer.status_code != AWAY:
            self._note("fails", str(answer.status_code), asked)
        for line in self.noted.lines:
            self._note("warns", line, asked)
        return answer, body.decode("utf-8", "replace")

    def _note(self, kind, what, asked):
        seat, method, url, data = asked
        key = f"{kind}: {method} {_place(url)}: {re.sub('[0-9]+', '#', what)}"
        self.found.setdefault(key[:400], f"sending {self.posts}, {self.moment:%F}, {seat.name} {url} {data!r}"[:1500])


def _place(url):
    from tests.portal.walk import place_of

    return place_of(urlsplit(url).path)


def _key(pair):
    form, (name, value, action) = pair
    return _place(action), name, re.sub("[0-9]+", "#", value), tuple(sorted({re.sub("[0-9]+", "#", field) for field in form.fields}))[:8]


def _is_sent(form):
    return not urlsplit(form.action).netloc and not any(word in form.action for word in NOT_SENT)


def _is_page(answer):
    return answer is not None and answer.status_code in {200, 400, 409, 422} and "html" in answer.headers.get("Content-Type", "")


def _flat(text):
    return re.sub(r"\s+", "", text)


def main(seed, number):
    """Act in the portal of the environment; nobody else is there."""
    from django.test.utils import setup_test_environment

    setup_test_environment(debug=False)
    actor = Actor(seed)
    actor.run(number)
    kinds = len({key[0] for key in actor.sent})
    return {"posts": actor.posts, "taken": actor.taken, "forms": kinds, "found": actor.found}


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(main(int(sys.argv[1]), int(sys.argv[2])), ensure_ascii=False))
