"""What an insider tries by hand: every page a seat can see, its forms with hostile values, and its addresses under a stranger's name."""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import urlencode, urljoin, urlsplit

from django.db import transaction
from django.test import Client

from scripts.crawl import Page, shape

HOSTILE = (
    "\0",
    "²",
    "9" * 5000,
    str(2**63),
    "-1",
    "1e999",
    "NaN",
    "一" * 3000,
    "99999-01-01",
    "0001-01-01",
    "[",
    "{{}}",
    "null",
    "../../x",
    "",
)
NAMES = re.compile(r'name="([\w.-]+)"')
HTMX = re.compile(r'hx-(get|post)="([^"]+)"')
PAGES_PER_SHAPE = 1
FIELDS = 40


@dataclass
class Attack:
    """Sends what it finds and keeps what should not have happened. Nothing that is sent stays: each request is rolled back."""

    wrong: list[str] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)  # address and the seat that read it
    posts: dict[str, dict[str, str]] = field(default_factory=dict)  # address that a form is sent to, and what stands in the form
    sent: int = 0
    _tried: Counter[str] = field(default_factory=Counter)
    _values: cycle = field(default_factory=lambda: cycle(HOSTILE))

    def ask(self, client: Client, method: str, url: str, data: dict[str, str] | None = None, **headers: str):
        """The answer, or None where there was none."""
        self.sent += 1
        point = transaction.savepoint()
        try:
            return getattr(client, method)(url, data, headers=headers)
        except Exception as error:  # noqa: BLE001 -- whatever a view does not catch is a failure page for somebody
            self.wrong.append(f"{method} {url[:120]} {str(data)[:200]}: {error!r}"[:600])
            return None
        finally:
            transaction.savepoint_rollback(point)

    def visit(self, seat: str, client: Client, most: int) -> None:
        """Read what the seat can see from its desk, one page of each shape, and send the forms on it."""
        todo, seen, left = deque(["/desk/"]), Counter(), most
        while todo and left:
            url, left = todo.popleft(), left - 1
            answer = self.ask(client, "get", url)
            if answer is None:
                continue
            if "no-store" not in answer.headers.get("Cache-Control", ""):
                self.wrong.append(f"{seat} may keep {url}")
            if answer.status_code != 200 or answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
                continue
            self.pages.setdefault(url, seat)
            text = answer.content.decode()
            page = Page(text)
            self._query(client, url, text)
            self._forms(client, url, text, page)
            for link in page.links:
                target = urlsplit(urljoin(url, link))
                full = target.path + (f"?{target.query}" if target.query else "")
                if target.netloc or target.path.startswith("/static/") or seen[shape(full)] >= PAGES_PER_SHAPE:
                    continue
                seen[shape(full)] += 1
                todo.append(full)

    def _once(self, what: str) -> bool:
        self._tried[what] += 1
        return self._tried[what] == 1

    def _query(self, client: Client, url: str, text: str) -> None:
        if self._once(f"query {shape(urlsplit(url).path)}"):
            names = set(NAMES.findall(text)[:FIELDS]) | {part.partition("=")[0] for part in urlsplit(url).query.split("&") if part}
            for value in (next(self._values), next(self._values)):
                self.ask(client, "get", f"{urlsplit(url).path}?{urlencode(dict.fromkeys(names, value))}")

    def _forms(self, client: Client, url: str, text: str, page: Page) -> None:
        names = [name for name in NAMES.findall(text) if name != "csrfmiddlewaretoken"][:FIELDS]
        for form in page.forms:
            action = urljoin(url, form.action)
            if form.method == "post":
                self.posts.setdefault(action, dict(form.fields))
            if "logout" in action or not self._once(f"{form.method} {shape(action)} {sorted(form.fields)[:6]}"):
                continue
            for value in (next(self._values), next(self._values), next(self._values)):
                self.ask(client, "post" if form.method == "post" else "get", action, dict.fromkeys({*form.fields, *names}, value))
            for name in list(form.fields)[:6]:
                self.ask(client, "post" if form.method == "post" else "get", action, {**form.fields, name: next(self._values)})
        for method, address in HTMX.findall(text):
            action = urljoin(url, address.replace("&amp;", "&"))
            if method == "post":
                self.posts.setdefault(action, {"field": "value", "value": "1", "version": "0", "token": "t"})
            if self._once(f"htmx {method} {shape(action)}"):
                value = next(self._values)
                sent = {**dict.fromkeys(names, value), "field": "value", "version": value, "token": "t"}
                self.ask(client, method, action, sent, **{"HX-Request": "true"})


def read_by(client: Client, addresses) -> set[str]:
    """Which of the addresses answer this person."""
    return {url for url in addresses if client.get(url).status_code == 200}


def answers_to(client: Client, posts: dict[str, dict[str, str]]) -> dict[str, int]:
    """How each form is answered that this person sends as the page of another one has it; nothing that is sent stays."""
    found = {}
    for url, fields in posts.items():
        point = transaction.savepoint()
        found[url] = client.post(url, fields).status_code
        transaction.savepoint_rollback(point)
    return found
