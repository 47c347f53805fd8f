"""Measured browser paths, each compared with its limit."""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import urlencode

from assessments.tables.models import ScoreRow
from assessments.tables.views import NONE_OF_THEM, field_name
from greendistrict.accounts.models import User
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item
from tools.bench.client import Browser, Form
from tools.bench.errors import BenchError
from tools.bench.keeping import hashing
from tools.bench.measuring import BenchRow, Effort, Side, Timing, by_turns, cost_of, row_of
from tools.bench.seeding import PASSWORD, Seeded

FILTER = "type=new&stage=pilot"
FULL, ALL = 100, "all"


@dataclass
class Visit:
    """Context of the measurement: server, sessions, seeded rows, effort."""

    port: int
    seeded: Seeded
    effort: Effort
    sessions: Mapping[int, str]

    def browser(self, user: User | None) -> Browser:
        """New browser of a person, or of an anonymous visitor for None."""
        return Browser(self.port, self.sessions[user.pk] if user else "")

    def clause(self, name: str) -> Item:
        """Row of a clause in the seeded table."""
        table = self.seeded.table
        return rules_for(table.edition).table(table.type, table.stage).items[name]


def sign_in(user: User) -> str:
    """Session key of a person."""
    client = Client()
    client.force_login(user, backend="greendistrict.accounts.backends.ActiveUserBackend")
    return str(client.cookies["sessionid"].value)


def queries_of(user: User | None, act: Callable[[Client], Any]) -> int:
    """Number of queries of a repeated request, without savepoints."""
    client = Client(headers={"hx-request": "true"})
    if user:
        client.force_login(user, backend="greendistrict.accounts.backends.ActiveUserBackend")
    act(client)
    with CaptureQueriesContext(connection) as caught:
        act(client)
    return len([query for query in caught.captured_queries if "SAVEPOINT" not in query["sql"]])


def pages(visit: Visit, user: User, ours: str, limit: str) -> Timing:
    """Measure two pages alternately, each with its own connection."""
    mine, bare = visit.browser(user), visit.browser(user)
    timing = by_turns(lambda: lambda: mine.get(ours), lambda: lambda: bare.get(limit), visit.effort)
    mine.close()
    bare.close()
    return timing


def seen(visit: Visit, user: User, path: str) -> dict[str, float]:
    """Size of a page, plain and compressed, in KB."""
    browser = visit.browser(user)
    answer = browser.get(path)
    browser.close()
    return {"kilobytes": answer.kilobytes, "packed": answer.packed}


def district_list(visit: Visit, name: str) -> tuple[BenchRow, float]:
    """List of districts with filters and count; also returns the median seconds for the growth row."""
    user, ours = visit.seeded.officer, f"{reverse('districts:district_list')}?{FILTER}"
    timing = pages(visit, user, ours, f"/limit/districts/?{FILTER}")
    cost = queries_of(user, lambda client: client.get(ours))
    return row_of(name, timing, 0.5, queries=cost, most_queries=8, **seen(visit, user, ours)), timing.median()


def search(visit: Visit, total: int) -> Iterator[BenchRow]:
    """Search by words in the names of many districts and by the name of one, compared with searching the same words in the tables' names.

    The duties of a single district are computed for the result; with many districts the page links to the list of obligations.
    """
    user, one = visit.seeded.officer, visit.seeded.district.name
    for label, text in ((f"search, {total:,} districts", "演示城区7"), (f"search for one of {total:,} districts", one)):
        words = urlencode({"q": text})
        ours = f"{reverse('portal:search')}?{words}"
        timing = pages(visit, user, ours, f"/limit/search/?{words}")
        cost = queries_of(user, lambda client, ours=ours: client.get(ours))  # type: ignore[misc]  # bound immediately
        notes = {"median_ms": round(timing.median() * 1000)}
        yield row_of(label, timing, 0.5, queries=cost, most_queries=22, notes=notes, **seen(visit, user, ours))


def score_page(visit: Visit) -> list[BenchRow]:
    """One chapter of the score table and the whole table, compared with a plain table of as many rows; a chapter also with 100 rows."""
    chapter, rows = biggest_chapter(visit)
    every = visit.seeded.table.rows.count()
    return [_score_page(visit, chapter, rows), _score_page(visit, chapter, FULL), _score_page(visit, ALL, every, "every row of")]


def _score_page(visit: Visit, chapter: str, rows: int, what: str = "a chapter of") -> BenchRow:
    table, user = visit.seeded.table, visit.seeded.preparer
    ours = f"{reverse('assessments:score_table', args=[table.pk])}?chapter={chapter}"
    cost = queries_of(user, lambda client: client.get(ours, headers={"hx-request": ""}))
    timing = pages(visit, user, ours, f"/limit/tables/{table.pk}/?rows={rows}")
    name = f"score page, {what} the table, {rows} rows in the limit"
    return row_of(name, timing, 0.6, queries=cost, most_queries=8, **seen(visit, user, ours), notes={"rows": rows})


def biggest_chapter(visit: Visit) -> tuple[str, int]:
    """Chapter with the most rows, and how many."""
    chapters = [visit.clause(row.item_id).chapter for row in visit.seeded.table.rows.all()]
    return max(((key, chapters.count(key)) for key in set(chapters)), key=lambda pair: pair[1])


def autosave(visit: Visit) -> BenchRow:
    """Save one cell with permission, version check and history row, compared with an UPDATE of one row."""
    user, table = visit.seeded.preparer, visit.seeded.table
    row = saved_row(visit)
    name = field_name(row.item_id, "value")
    address = reverse("assessments:score_row", args=[table.pk, row.item_id])
    versions, values = itertools.count(row.version), itertools.cycle("01")

    def form() -> dict[str, str]:
        return {"field": "value", name: next(values), field_name(row.item_id, "version"): str(next(versions))}

    cost = queries_of(user, lambda client: client.post(address, form()))
    mine, bare = visit.browser(user), visit.browser(user)
    timing = by_turns(
        _sending(lambda data: mine.post(address, data, htmx=True), form),
        _sending(lambda data: bare.post(f"/limit/cell/{row.pk}/", data), lambda: {"value": "1"}),
        visit.effort,
    )
    if row.changes.count() < visit.effort.rounds * visit.effort.repeats:
        msg = "autosave left no history"
        raise BenchError(msg)
    return row_of("autosave of one cell", timing, 0.5, queries=cost, most_queries=7)


def saved_row(visit: Visit) -> ScoreRow:
    """Row whose value may be 0 or 1, so that every save changes it."""
    rows = ((row, visit.clause(row.item_id)) for row in visit.seeded.table.rows.all())
    return next(row for row, item in rows if item.rule["kind"] == "claimed" and item.points >= 1)


def _sending(send: Callable[[Form], object], form: Callable[[], Form]) -> Side:
    """Fill in the form in advance, so that only the request is timed."""

    def side() -> Callable[[], object]:
        data = form()
        return lambda: send(data)

    return side


def chapter_save(visit: Visit) -> list[BenchRow]:
    """Every row of a chapter, then of the table, saved with the form that works without JavaScript, compared with one UPDATE."""
    chapter, count = biggest_chapter(visit)
    every = visit.seeded.table.rows.count()
    return [
        _whole_save(visit, chapter, f"whole chapter saved, {count} rows changed"),
        _whole_save(visit, ALL, f"whole table saved, {every} rows"),
    ]


def _whole_save(visit: Visit, chapter: str, name: str) -> BenchRow:
    user, table = visit.seeded.preparer, visit.seeded.table
    address = f"{reverse('assessments:score_table', args=[table.pk])}?chapter={chapter}"
    numbers = itertools.count()

    def form() -> dict[str, Any]:
        return chapter_form(visit, chapter, next(numbers))

    cost = queries_of(user, lambda client: client.post(address, form())) - 1  # without reading the form, which is part of the benchmark
    mine, bare = visit.browser(user), visit.browser(user)
    timing = by_turns(
        _sending(lambda data: mine.post(address, data), form),
        _sending(lambda data: bare.post(f"/limit/chapter/{table.pk}/", data), form),
        visit.effort,
    )
    return row_of(name, timing, 0.6, queries=cost, most_queries=8)


def chapter_form(visit: Visit, chapter: str, number: int) -> dict[str, Any]:
    """Form data of a chapter or of all: every row with its stored values and a new explanation, so that it changes."""
    found: dict[str, Any] = {"rows": []}
    for row in ScoreRow.objects.filter(table=visit.seeded.table).order_by("order"):
        item = visit.clause(row.item_id)
        if chapter not in (item.chapter, ALL):
            continue
        found["rows"].append(item.id)
        found[field_name(item.id, "version")] = str(row.version)
        found[field_name(item.id, "shown")] = "1"
        found[field_name(item.id, "explanation")] = f"第{number}次说明"
        found.update(_posted(field_name(item.id, "value"), row.value))
    return found


def _posted(name: str, value: Any) -> dict[str, Any]:
    """A stored value as posted by a browser."""
    if isinstance(value, dict):
        return {key: text for part, one in value.items() for key, text in _posted(f"{name}-{part}", one).items()}
    if isinstance(value, bool):
        return {name: "true" if value else "false"}
    if isinstance(value, list):
        return {name: value or [NONE_OF_THEM]}
    return {} if value is None else {name: value}


def api(visit: Visit) -> BenchRow:
    """50 districts of the API."""
    user, ours = visit.seeded.officer, f"{reverse('api:districts')}?limit=50"
    cost = queries_of(user, lambda client: client.get(ours))
    timing = pages(visit, user, ours, "/limit/api/")
    return row_of("list API, 50 of the districts", timing, 0.6, queries=cost, most_queries=5, **seen(visit, user, ours))


def login(visit: Visit) -> BenchRow:
    """Sign-in, compared with checking the hash. A request takes long, so there are fewer of them."""
    form = {"username": visit.seeded.officer.username, "password": PASSWORD}
    address = reverse("accounts:login")
    cost = queries_of(None, lambda _: Client().post(address, form))
    mine, bare = visit.browser(None), visit.browser(None)
    fewer = Effort(visit.effort.rounds, max(2, visit.effort.repeats // 4))
    timing = by_turns(lambda: lambda: mine.post(address, form), lambda: lambda: bare.post("/limit/login/", form), fewer)
    return cost_of(f"login, {hashing()}", timing, 1.25, queries=cost)
