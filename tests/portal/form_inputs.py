"""What test_demo_story sends inside a portal: ``python -m tests.portal.form_inputs NUMBER``; the answer is one line of JSON.

Every form that a page shows somebody of some role, uploads of imports among them, is sent with values of hypothesis: some as the page has
them, others of the same kind, of another kind, or of none. Nothing that is sent stays; what a refused form wrote is told.
"""

import datetime as dt
import io
import json
import logging
import os
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import django
import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "greendistrict.settings")
LEAVES = ("/logout/", "/static/")
IDLE = 4  # people whose pages of a route had no new form before the next route is looked at
FAULT = 500
REFUSED = 400
TYPED = frozenset({"input", "textarea", "select", "button"})
ODD = (
    "", " ", "²", "½", "-1", "0", "1e999", "NaN", "Infinity", "9" * 400, str(2**63), "一" * 3000, "2026-02-30", "99999-01-01", "0001-01-01",
    "2026-11-20T25:00", "[", "{}", "null", "../../x", "=1+1", "<b>", "%00", "\u202e", "\ud7ff", "真", "1，2", "１２",
)  # fmt: skip


@dataclass
class FoundForm:
    """A form of a page: where it goes, and of each field what it is, its value and its choices."""

    action: str
    method: str
    fields: dict[str, tuple[str, str, list[str]]] = field(default_factory=dict)

    @property
    def key(self):
        """What makes it another form."""
        from scripts.crawl import shape

        return self.method, shape(self.action), tuple(sorted(self.fields))


class Forms(HTMLParser):
    """Forms of a page with all their fields."""

    def __init__(self, url, text):
        super().__init__()
        self.url, self.found, self._open, self._select, self._area = url, [], None, "", ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Collect a form, a field, or a choice of one."""
        words = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = FoundForm(urljoin(self.url, words.get("action", "")), words.get("method", "get").lower())
            self.found.append(self._open)
        elif self._open is None:
            return
        elif tag == "option" and self._select:
            kind, value, choices = self._open.fields[self._select]
            choices.append(words.get("value", ""))
            self._open.fields[self._select] = kind, words.get("value", "") if "selected" in words else value, choices
        elif tag in TYPED and words.get("name") and words["name"] != "csrfmiddlewaretoken":
            kind = words.get("type", tag) if tag == "input" else tag
            _, _, choices = self._open.fields.get(words["name"], ("", "", []))
            if kind in {"radio", "checkbox", "button"}:
                choices.append(words.get("value", "on"))
            self._open.fields[words["name"]] = kind, words.get("value", ""), choices
            self._select = words["name"] if tag == "select" else ""

    def handle_endtag(self, tag):
        """Close a form or its select."""
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""


def forms_of(route, everybody, addresses):
    """Forms of a route's pages, each with who was shown it."""
    found, idle = {}, 0
    for seat in everybody:
        for url, hidden in addresses.of(route, seat):
            answer, body = (None, b"") if hidden else seat.ask("get", url)
            if getattr(answer, "status_code", 0) == 405:
                return found
            if getattr(answer, "status_code", 0) != 200 or answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
                continue
            fresh = {one.key: (seat, one) for one in Forms(url, body.decode()).found if is_ours(one) and one.key not in found}
            found |= fresh
            idle = 0 if fresh else idle + 1
        if idle >= IDLE:
            break
    return found


def is_ours(form):
    """Whether the form is sent to the portal and leaves somebody signed in."""
    parts = urlsplit(form.action)
    return form.method in {"get", "post"} and not parts.netloc and not any(word in parts.path for word in LEAVES)


def words_of(kind, value, choices):
    """Values of a field: the page's own, one of its choices, one of its kind, anything."""
    kinds = {
        "number": st.integers().map(str) | st.decimals().map(str),
        "date": st.dates().map(str),
        "datetime-local": st.datetimes().map(lambda at: at.isoformat(timespec="minutes")),
        "hidden": st.integers(0, 2**40).map(str),
        "email": st.emails(),
    }
    own = st.just(value)
    return st.one_of(own, own, st.sampled_from(choices or [value]), kinds.get(kind, own), st.sampled_from(ODD), st.text(max_size=40))


VALUES = (
    st.none() | st.text(max_size=20) | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans()
    | st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))
)  # fmt: skip
CELLS = st.lists(st.lists(VALUES, max_size=12), max_size=8)
SAFE = str.maketrans({chr(code): None for code in range(32)})


def workbook(rows):
    """A workbook with these cells."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row, 1):
            text = value.translate(SAFE) if isinstance(value, str) else value
            book.active.cell(number, place).value = f"'{text}" if isinstance(text, str) and text.startswith("=") else text
    book.save(out)
    return out.getvalue()


def uploads():
    """Files: none, noise, lines of a table, a workbook of any cells, something that begins as a PDF."""
    noise = st.tuples(st.sampled_from(["a.xlsx", "a.pdf", "a.csv", "a.geojson", "a.docx", "a"]), st.binary(max_size=300))
    lines = st.lists(st.lists(st.text(max_size=12), max_size=6), max_size=6).map(lambda rows: "\n".join(map(",".join, rows)))
    tables = st.tuples(st.just("表.csv"), lines.map(lambda text: text.encode("utf-8", "replace")))
    books = st.tuples(st.just("表.xlsx"), CELLS.map(workbook))
    papers = st.tuples(st.just("文.pdf"), st.binary(max_size=200).map(lambda rest: b"%PDF-1.7\n" + rest))
    return st.none() | noise | tables | books | papers


FILES = uploads()


def drawn(data, form):
    """One sending of a form."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    sent = {}
    for name, (kind, value, choices) in form.fields.items():
        if kind == "file":
            taken = data.draw(FILES)
            if taken is not None:
                sent[name] = SimpleUploadedFile(taken[0], taken[1])
        elif data.draw(st.integers(0, 9)) or kind == "hidden":  # one in ten is left out
            sent[name] = data.draw(words_of(kind, value, choices))
    return sent


def send(told, seat, form, sent):
    """Send it, undo it, and note what should not have happened."""
    from django.db import connection

    from tests.portal.writes import Writes, undone

    writes = Writes()
    with undone(), connection.execute_wrapper(writes):
        answer, _ = seat.ask("post" if form.method == "post" else "get", form.action, sent)
    told["sent"] += 1
    where = f"{form.method} {form.key[1]}"
    code = FAULT if isinstance(answer, Exception) else answer.status_code
    told["codes"][f"{form.method} {code}"] += 1
    if code >= FAULT:
        told["wrong"].setdefault(f"{where} {type(answer).__name__}", f"{seat.name} {form.action} {sent!r}: {answer!r}"[:1500])
    elif code >= REFUSED and writes.tables:
        told["half"][where] |= writes.tables


def main(number):
    """Find the forms and send them; the strangers stay in the portal of the test."""
    from django.test.utils import setup_test_environment

    from tests.portal import seats
    from tests.portal.addresses import Addresses
    from tests.portal.routes import routes

    setup_test_environment(debug=False)
    logging.disable(logging.WARNING)
    everybody, addresses, forms = [seats.visitor(), *seats.insiders(), *seats.strangers()], Addresses(), {}
    for route in routes():
        forms |= {key: pair for key, pair in forms_of(route, everybody, addresses).items() if key not in forms}
    told = {"sent": 0, "codes": Counter(), "wrong": {}, "half": defaultdict(set)}
    everything = [forms[key] for key in sorted(forms)]

    @settings(max_examples=number, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def sending(data):
        seat, form = data.draw(st.sampled_from(everything))
        send(told, seat, form, drawn(data, form))

    sending()
    half = {where: sorted(tables) for where, tables in told["half"].items()}
    files = sum("file" in {kind for kind, *_ in form.fields.values()} for _, form in everything)
    return told | {"half": half, "forms": len(everything), "files": files}


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(json.dumps(main(int(sys.argv[1])), ensure_ascii=False))
