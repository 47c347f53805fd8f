"""What is memoised is read again after a change within one request: each function that the code gives to ``once``.

The pages of the stored world are opened with one memory each, which tells with what each function is called. So every function is called
again, what it reads is taken away, and an act is recorded.
"""

import ast
import re
from contextlib import suppress
from functools import partial
from importlib import import_module
from operator import attrgetter
from typing import NamedTuple

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg import sql

from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock, memoisation
from greendistrict.core.memoisation import held_reads, once
from greendistrict.documents import selectors
from greendistrict.documents.models import Evidence
from greendistrict.documents.registry import is_on_side
from greendistrict.signin import stamps
from reports.city.figures import operation
from tests.architecture.registries import dotted, imports_of
from tests.architecture.sources import nodes, said
from tests.pages.asked import asked
from tests.pages.found import PLAIN, answer_text
from tests.pages.world import NOW, VISITOR, connected_to
from tests.portal.writes import undone

pytestmark = pytest.mark.slow
VIEWER = "greendistrict/accounts/viewer.py"  # hands on to the memory what it is given
MOST = 30  # calls of a function that are tried, until one answers something else
TABLE = re.compile(r'(?:FROM|JOIN) "?(\w+)"?', re.IGNORECASE)
# Functions that begin an empty table, which is filled as its rows are asked for; after an act it is begun anew.
BEGIN_EMPTY = {
    "obligations.matter_rows._read_of", "obligations.selectors._made", "obligations.titled_districts._known_bodies",
    "obligations.yearly_duties._begun", "beautiful.plans.selectors.owed._owed_by_day",
}  # fmt: skip
# Functions that find nothing in the stored world: seen is only that they read again, not that they tell of a change.
FIND_NOTHING = {
    "approvals.casework.selectors.known_on_day._applicants_changed_since", "approvals.casework.selectors.known_on_day._names_changed_since",
    "approvals.casework.selectors.known_on_day._passed_since", "assessments.common.owed_papers._ended",
    "obligations.titled_districts._read_former",
    "approvals.casework.selectors.titles_on_day._changed_since",
    "approvals.casework.selectors.known_on_day._former_applicants", "approvals.casework.selectors.known_on_day._renamings",
    "approvals.casework.selectors.titles_on_day._areas_changed", "obligations.expiries._ending_from",
}  # fmt: skip


def memoised():
    """Functions that the code gives to ``once``, by name."""
    found = {}
    for source, node in nodes(ast.Call):
        if not isinstance(node.func, ast.Name | ast.Attribute) or source.path == VIEWER:
            continue
        head, _, rest = said(node.func).partition(".")
        whole = f"{imports_of(source).get(head, head)}{'.' if rest else ''}{rest}"
        if whole == "greendistrict.core.memoisation.once" or re.fullmatch(r"(\w+\.)*viewer(\.\w+)?\.once", whole):
            head, _, rest = said(node.args[0]).partition(".")
            module, _, name = imports_of(source).get(head, f"{dotted(source.path)}.{head}").rpartition(".")
            found[f"{module}.{name}{'.' if rest else ''}{rest}"] = attrgetter(f"{name}{'.' if rest else ''}{rest}")(import_module(module))
    return found


@pytest.fixture(scope="module")
def world(stored, django_db_blocker):
    with django_db_blocker.unblock(), connected_to(stored), clock.at(NOW):
        yield


def browser_of(page):
    client = Client(headers=page.headers)
    if page.seat != VISITOR:
        client.force_login(User.objects.get(username=page.seat))
        session = client.session
        stamps.begin(session)
        session.save()
    return client


@pytest.fixture(scope="module")
def calls(world):
    """The first calls of each memoised function, as the pages make them."""
    found = {}
    for page in (page for pages in asked().values() for page in pages if page.data is None):
        with undone():
            client = browser_of(page)
            with held_reads():
                client.get(page.address)
                for function, args, *named in memoisation._held.get():
                    told = found.setdefault(function, [])
                    if len(told) < MOST and (args, dict(named)) not in told:
                        told.append((args, dict(named)))
    found[operation._received] = [((2025, tuple(District.objects.order_by("pk").values_list("pk", flat=True))), {})]  # by the report alone
    found[selectors._is_on_side] = [((Viewer(User.objects.get(username="preparer")), _own_file()), {})]  # classified files are on no page
    return found


def _own_file():
    held = posts_of(User.objects.get(username="preparer"))
    owners = Evidence.objects.order_by("pk").values_list("owner", flat=True)
    return next(owner for owner in owners if is_on_side(held, owner))


def answer(function, args, kwargs):
    """What the function answers now, as text."""
    try:
        with transaction.atomic():
            return answer_text(function(*args, **kwargs))
    except Exception as error:  # noqa: BLE001 -- what it read is not there any more
        return f"raises {type(error).__name__}"


def test_pages_call_every_memoised_function(calls):
    assert {name for name, function in memoised().items() if function not in calls} == set()


def tables_of(function, args, kwargs):
    """Tables that a call reads."""
    with CaptureQueriesContext(connection) as caught:
        function(*args, **kwargs)
    names = {name for query in caught.captured_queries for name in TABLE.findall(query["sql"])}
    return sorted(names & set(connection.introspection.table_names()))


def take_away(tables):
    """Delete the rows of the tables, where the database lets them go; foreign keys are asked at the end, which does not come."""
    for name in tables:
        with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))


def test_after_an_act_every_memoised_function_reads_what_has_changed(calls):
    """Before the act each answers what it has read, although the rows are gone."""
    found = {}
    for name, function in memoised().items():
        for call in calls[function]:
            with undone():
                found.setdefault(name, []).append(_changed_and_read(function, *call))
            if found[name][-1].moved:
                break
    assert {name: told for name, told in found.items() if not all(one.kept and one.anew for one in told)} == {}
    assert {name for name, told in found.items() if not any(one.moved for one in told)} == BEGIN_EMPTY | FIND_NOTHING


class Told(NamedTuple):
    """Whether a call answers the same until an act is recorded, what is true after it, and that this is something else."""

    kept: bool
    anew: bool
    moved: bool


def _changed_and_read(function, args, kwargs):
    tables = tables_of(function, args, kwargs)
    with held_reads():
        first = once(function, *args, **kwargs)
        before = answer_text(first)
        take_away(tables)
        kept = once(function, *args, **kwargs) is first and answer_text(first) == before
        audit.record(action="test.act", by=None)
        fresh = answer(function, args, kwargs)
        again = answer(partial(once, function), args, kwargs)
        is_other = not memoisation.is_held(function, *args) or isinstance(first, PLAIN) or once(function, *args, **kwargs) is not first
    return Told(kept, again == fresh and is_other, fresh != before)
