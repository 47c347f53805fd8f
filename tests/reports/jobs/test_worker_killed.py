"""A report whose worker is killed, and one under which Redis dies, with real processes.

A table that the test has locked holds the report where it is, as a slow one would: no code of the portal knows of it. Only reports
write to this table, and everybody may read it meanwhile: the one process of the worker is not held by another job.
"""

import os
import signal
import time
from contextlib import contextmanager

import psycopg
import pytest

from greendistrict.notifications.models import Notification
from greendistrict.processes import until
from reports.jobs.enums import JobState, ReportKind
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report
from tests.factories.accounts import cast
from tests.factories.received import received_self_check
from tests.reports.world import LEASE_SECONDS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.area("reports/jobs", "greendistrict/celery.py", "greendistrict/settings/jobs.py"),
    pytest.mark.django_db(transaction=True),
]
SECONDS = 120
A_MINUTE = 60
READY = "全市2026年度评估报告已生成"


@contextmanager
def held(portal):
    """No file of a report is registered within the block, so that a report that has begun goes no further."""
    with psycopg.connect(portal.environment["DATABASE_URL"]) as lock:
        lock.execute("LOCK TABLE reports_reportfile IN EXCLUSIVE MODE")
        yield


def state_of(job):
    job.refresh_from_db()
    return job.state


@pytest.fixture
def people(portal):
    """Beat starts when the story is told: its jobs open self-checks as well, in the middle of ours."""
    people = cast()
    received_self_check(people)
    portal.start_beat()
    automatic = ExportJob.objects.get()
    assert until(lambda: state_of(automatic) == JobState.DONE, SECONDS), portal.log("worker1").read_text()[-3000:]
    return people


def begun(portal, people):
    job = request_report(kind=ReportKind.ANNUAL_CITY, year=2026, by=people.city_officer)
    assert until(lambda: state_of(job) == JobState.RUNNING, SECONDS), portal.log("worker1").read_text()[-3000:]
    return job


def told(people):
    return Notification.objects.filter(receiver=people.city_officer, title=READY).count()


def test_report_of_a_killed_worker_is_made_within_a_minute(portal, people):
    with held(portal):
        job = begun(portal, people)
        for child in portal.children("worker1"):
            os.kill(child, signal.SIGKILL)
        killed = time.monotonic()
    assert until(lambda: state_of(job) == JobState.DONE, A_MINUTE), portal.log("worker1").read_text()[-3000:]
    assert time.monotonic() - killed < A_MINUTE
    assert (job.attempts, job.files.count()) == (2, len(job.report.formats))
    assert until(lambda: told(people) == 1, SECONDS)


def test_report_that_takes_longer_than_the_lease_is_left_to_its_worker(portal, people):
    with held(portal):
        job = begun(portal, people)
        time.sleep(1.5 * LEASE_SECONDS + 3)  # lease and sweep together, and some more
        assert state_of(job) == JobState.RUNNING
    assert until(lambda: state_of(job) == JobState.DONE, A_MINUTE)
    assert (job.attempts, job.files.count()) == (1, len(job.report.formats))


def test_worker_outlives_a_redis_that_dies_under_a_report(portal, people, redis):
    with held(portal):
        job = begun(portal, people)
        redis.kill()
        time.sleep(3)
        assert portal.is_running("worker1")
    assert until(lambda: state_of(job) == JobState.DONE, SECONDS)  # ready while Redis is away
    time.sleep(3)
    assert portal.is_running("worker1"), portal.log("worker1").read_text()[-3000:]
    redis.start()
    assert until(lambda: told(people) == 1, SECONDS)
    again = request_report(kind=ReportKind.ANNUAL_CITY, year=2026, by=people.city_officer, formats=("xlsx",))
    assert again != job
    assert until(lambda: state_of(again) == JobState.DONE, SECONDS), portal.log("worker1").read_text()[-3000:]
    assert portal.is_running("worker1")
    assert (job.attempts, again.attempts) == (1, 1)
