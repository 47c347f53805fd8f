"""A browser and portals of their own; pictures go to ``var/e2e``."""

import datetime as dt
import os
import re

import pytest

from greendistrict.processes import until
from scripts.story import DAY as TOLD_ON
from tests.browsers import chromium, chromium_beside_the_database
from tests.e2e.steps.actor import Album
from tests.e2e.steps.setting import load_demo, told_digest
from tests.processes import SELDOM, Portal

TODAY = dt.date(2027, 1, 11)
AFTERWARDS = dt.datetime.combine(TODAY, dt.time(11))  # for whoever begins with what was opened at ten
OPENED = "gd_opened_"
ROUNDS = 3  # of the daily jobs: those of the third began when the first were done
OPENING = ("open_self_checks", "open_yearly_reports", "open_stage_assessments", "obligations.tasks.sweep")
WAITING = "SELECT count(*) FROM reports_exportjob WHERE state IN ('collecting', 'queued', 'running')"


@pytest.fixture(scope="module")
def browser():
    """Chromium for portals that are processes of their own."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def local_browser():
    """Chromium for journeys on Django's live server."""
    with chromium_beside_the_database() as running:
        yield running


@pytest.fixture
def portal(tmp_path):
    """An empty portal: no process runs yet, no table exists yet."""
    with Portal(tmp_path, f"e2e_{os.getpid()}") as made:
        yield made


@pytest.fixture
def move(settings, tmp_path):
    """Let it be another day for Django's live server."""
    from tests.e2e.steps.cases import calendar

    return calendar(settings, tmp_path)


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """A portal with the demo's story told on a fixed day, two workers and beat; business time is the January after."""
    with Portal(tmp_path_factory.mktemp("demo"), f"e2e_demo_{os.getpid()}") as made:
        begin_in_january(made)
        made.start_web()
        made.start_background(workers=2, beat=False)
        made.start_beat(SELDOM)
        yield made


def begin_in_january(made):
    """Give the portal the story of its day and all that beat opened in the January after, and move it there."""
    made.move(TOLD_ON)
    made.copy_of(OPENED, told_digest(made), lambda: open_january(made))
    made.move(AFTERWARDS)


def open_january(made):
    """Load the demo and let beat open what a new year opens: once for the sources as they are."""
    load_demo(made)
    made.move(TODAY)
    made.start_web()
    made.start_background(workers=2)
    assert until(lambda: opened_in_january(made), 300), made.log("worker1").read_text(encoding="utf-8")[-3000:]
    # beat runs on meanwhile, because only its sweep queues a report again that a worker has lost
    assert until(lambda: made.rows(WAITING) == [(0,)], 300), "reports that nobody makes"
    made.end("beat")
    assert until(lambda: made.rows(WAITING) == [(0,)], 300), "reports that nobody makes after the last of beat's jobs"
    assert made.complaints() == ""
    made.stop()


def opened_in_january(made):
    """Whether beat has had everything opened that a new year opens, and swept after it.

    What a test begins with does not depend on when it is its turn.
    """
    logs = "".join(made.log(label).read_text(encoding="utf-8", errors="replace") for label in ("worker1", "worker2"))
    return all(len(re.findall(rf"{task}\[[^]]*\] succeeded", logs)) >= ROUNDS for task in OPENING)


@pytest.fixture(scope="module")
def album(request):
    """Pictures of this module."""
    return Album(request.module.__name__.rsplit(".", 1)[-1])
