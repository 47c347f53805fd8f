"""The table of faults in docs/operations.md: what a person sees, and for how long, with real processes that lose what they need."""

import re
import shutil
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from greendistrict import embedded
from greendistrict.processes import until
from tests.processes import ROOT, Portal
from tests.servers import OwnPostgres, silent

pytestmark = pytest.mark.area("greendistrict/postgres", "greendistrict/core", "greendistrict/web_worker.py")
TABLE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
AWAY_SECONDS, ASKING = 60, 10  # for so long, and so many people
BUSY = 3  # times as long on a machine that runs other tests


def bound(fault: str) -> float:
    """Seconds that the table states for a fault."""
    [seconds] = re.findall(rf"^\| {re.escape(fault)} \|.*\| (?:≤ )?([\d.]+) s \|$", TABLE, re.MULTILINE)
    return float(seconds)


def asked(url: str) -> tuple[int, str, float]:
    """Status, text and seconds of an answer."""
    began = time.monotonic()
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 -- loopback
            status, text = answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            status, text = error.code, error.read().decode()
    return status, text, time.monotonic() - began


@pytest.fixture
def portal(tmp_path):
    folder = Path(tempfile.mkdtemp(prefix="gd-pg-"))
    postgres = OwnPostgres(folder)
    try:
        with Portal(tmp_path / "template", "faults_template") as shared:
            template = shared.migrate()
            address = urlsplit(shared.environment["GD_OWNER_DATABASE_URL"])
        postgres.start()
        postgres.copy(urlunsplit(address._replace(path=f"/{template}")))
        found = Portal(tmp_path / "portal", "faults")
        found.environment |= {"DATABASE_URL": postgres.url(embedded.APP), "GD_OWNER_DATABASE_URL": postgres.url()}
        found.postgres = postgres
        found.start_web()
        yield found
        found.stop()
    finally:
        postgres.stop()
        shutil.rmtree(folder)


def met_by_many(portal, until_moment):
    """What ten people who read go on seeing, and what the watcher of ``/healthz`` sees."""
    seen, healthy = [], []

    def read(into, path):
        while time.monotonic() < until_moment:
            into.append(asked(f"{portal.url}{path}"))

    threads = [threading.Thread(target=read, args=(seen, "/register/")) for _ in range(ASKING)]
    threads.append(threading.Thread(target=read, args=(healthy, "/healthz")))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return seen, healthy


@pytest.mark.parametrize(("fault", "kind"), [("PostgreSQL is away", "stopped"), ("PostgreSQL is there and does nothing", "silent")])
def test_with_the_database_away_everybody_is_told_in_words_at_once_and_healthz_answers(portal, fault, kind):
    assert asked(f"{portal.url}/register/")[0] == 200
    with portal.postgres.stopped() if kind == "stopped" else silent(portal.postgres):
        time.sleep(0.5)
        seen, healthy = met_by_many(portal, time.monotonic() + AWAY_SECONDS / (1 if kind == "stopped" else 6))
    assert {(status, "数据库暂时没有应答" in text) for status, text, _ in seen} == {(503, True)}
    assert max(took for *_, took in seen) <= bound(fault) * BUSY
    assert {status for status, *_ in healthy} == {200}
    assert max(took for *_, took in healthy) <= bound("Every thread of the web server is busy") * BUSY
    back = time.monotonic()
    assert until(lambda: asked(f"{portal.url}/register/")[0] == 200, 30)
    assert time.monotonic() - back <= bound("PostgreSQL is back") * BUSY


def test_while_a_table_is_being_changed_pages_say_so_and_migrate_lets_them_pass(portal):
    """``migrate`` holds what a page reads; before that, it waits for a reader no longer than its bound."""
    import psycopg

    with psycopg.connect(portal.postgres.url()) as other:
        other.execute("SELECT pg_advisory_lock(hashtextextended('greendistrict migrate', 0))")
        other.execute("LOCK TABLE districts_district IN ACCESS EXCLUSIVE MODE")
        status, text, took = asked(f"{portal.url}/register/")
        assert (status, "维护中" in text) == (503, True)
        assert took <= bound("A migration changes a table that a page reads") * BUSY
    assert asked(f"{portal.url}/register/")[0] == 200
