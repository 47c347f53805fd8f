"""What the bench's hot pages cost, counted: function calls, queries and bytes of a repeated request, in a fixed world on a fixed day.

Counts are the same on an idle and a busy machine, unlike the ratios of the bench. Calls differ between minor versions of Python, so the
file says which one counted them. Caches are warm: the third request is counted.
"""

import gc
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from greendistrict.accounts.models import User
from scripts.hot_pages import Cost
from tests.calls import calls
from tools.bench import cases, land, metering, paths, reviews, seeding
from tools.bench.measuring import Effort

DISTRICTS, CASES, PLOTS, REVIEWS, METERS, POINTS = 1_000, 999, 200, 50, 20, 500
HTML, HTMX = {"hx-request": ""}, {"hx-request": "true"}
WARM = 2
Act = Callable[[Client], Any]


@dataclass(frozen=True)
class World:
    """Rows of the bench at the sizes above, a review that is being scored, the last year of its meters, the key of a case."""

    seeded: seeding.Seeded
    panel: reviews.Panel
    year: int
    case: int


def world() -> World:
    """Make the rows, as the bench makes them."""
    seeded = seeding.seed()
    seeding.more_districts(seeded, DISTRICTS)
    case = cases.first_case(seeded)
    cases.more_cases(seeded, CASES)
    land.draw(seeded.district, PLOTS)
    land.circle(seeded.district, POINTS)
    panel = reviews.first_panel(seeded)
    reviews.more_reviews(panel, REVIEWS)
    return World(seeded, panel, metering.years_of_months(seeded, METERS), case.pk)


def costs(made: World) -> dict[str, Cost]:
    """Cost of each hot page by its name."""
    return {name: cost(user, act) for name, user, act in hot_pages(made)}


def cost(user: User | None, act: Act) -> Cost:
    """Cost of a request of a person, or of a visitor for None, that was made twice before. The collector is off: it calls finalizers."""
    client = Client()
    if user:
        client.force_login(user, backend="greendistrict.accounts.backends.ActiveUserBackend")
    for _ in range(WARM):
        act(client)
    gc.collect()
    gc.disable()
    try:
        answers: list[Any] = []
        number = calls(lambda: answers.append(act(client)))
        with CaptureQueriesContext(connection) as caught:
            act(client)
    finally:
        gc.enable()
    [answer] = answers
    assert answer.status_code == 200, answer.status_code
    queries = len([query for query in caught.captured_queries if "SAVEPOINT" not in query["sql"]])
    return Cost(number, queries, len(answer.getvalue()))


def hot_pages(made: World) -> Iterator[tuple[str, User | None, Act]]:
    """Name, person and request of each page that the bench measures."""
    seeded, panel = made.seeded, made.panel
    officer, preparer, secretary, expert = seeded.officer, seeded.preparer, panel.secretary, panel.member.expert.user
    district, table = {"code": seeded.district.code}, seeded.table
    clause = reverse("assessments:review_clause", args=[panel.review.pk, panel.item_id])
    shown = {
        "home": (None, reverse("portal:home")),
        "register": (None, reverse("portal:register")),
        "list of districts": (officer, f"{reverse('districts:district_list')}?{paths.FILTER}"),
        "search, many districts": (officer, f"{reverse('portal:search')}?q=演示城区7"),
        "search, one district": (officer, f"{reverse('portal:search')}?q={seeded.district.name}"),
        "score page, a chapter": (preparer, reverse("assessments:score_table", args=[table.pk])),
        "score page, every row": (preparer, f"{reverse('assessments:score_table', args=[table.pk])}?chapter={paths.ALL}"),
        "list API": (officer, f"{reverse('api:districts')}?limit=50"),
        "case list": (officer, f"{reverse('approvals:case_list')}?{cases.LIST_FILTER}"),
        "officer's desk": (officer, reverse("portal:workdesk")),
        "calendar": (officer, f"{reverse('obligations:duty_calendar')}?month={made.year + 2}-03"),
        "plot list": (preparer, f"{reverse('districts:plot_list', kwargs=district)}?{land.FILTER}"),
        "plot board": (preparer, reverse("districts:plot_board", kwargs=district)),
        "plot map": (preparer, reverse("districts:plot_map", kwargs=district)),
        "boundary map": (preparer, reverse("districts:boundary_list", kwargs=district)),
        "district page": (preparer, reverse("districts:district_detail", kwargs=district)),
        "case": (officer, reverse("approvals:case", args=[made.case])),
        "metering board": (preparer, f"{reverse('carbon:metering_board', kwargs=district)}?year={made.year}"),
        "review board": (secretary, reverse("assessments:review_list")),
        "review workspace": (expert, clause),
    }
    for name, (user, path) in shown.items():
        yield name, user, lambda client, path=path: client.get(path, headers=HTML)
    yield "another clause of the workspace", expert, lambda client: client.get(clause, headers=HTMX | {"hx-target": reviews.CLAUSE})
    yield "autosave of a cell", preparer, _autosave(seeded)
    yield "autosave of a judgement", expert, _judgement(clause)


def _autosave(seeded: seeding.Seeded) -> Act:
    row = paths.saved_row(paths.Visit(0, seeded, Effort(1, 1), {}))
    address = reverse("assessments:score_row", args=[seeded.table.pk, row.item_id])
    versions, value, version = itertools.count(row.version), *(paths.field_name(row.item_id, name) for name in ("value", "version"))

    def save(client: Client) -> Any:
        number = next(versions)
        return client.post(address, {"field": "value", value: str(number % 2), version: str(number)}, headers=HTMX)

    return save


def _judgement(address: str) -> Act:
    versions = itertools.count()

    def save(client: Client) -> Any:
        number = next(versions)
        return client.post(address, {"judgement": "doubt", "comment": "甲乙"[number % 2], "version": str(number)}, headers=HTMX)

    return save
