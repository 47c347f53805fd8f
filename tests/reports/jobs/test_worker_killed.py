"""A report whose worker is killed, one under which Redis dies, and a batch in the middle of which it is killed, with real processes.

A table that the test has locked holds the report where it is, as a slow one would: no code of the portal knows of it. Only reports
write to this table, and everybody may read it meanwhile: the one process of the worker is not held by another job.
"""

import json
import os
import re
import signal
import time
import zipfile
from contextlib import contextmanager

import psycopg
import pytest
import requests
from django.test import Client
from redis import Redis

from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.notifications.models import Notification
from greendistrict.processes import until
from greendistrict.workflow.models import OutboxMessage
from reports.jobs import services
from reports.jobs.batches import request_batch
from reports.jobs.enums import JobState, ReportKind
from reports.jobs.models import ExportJob
from reports.jobs.requests import request_report
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.factories.received import received_self_check
from tests.processes import SELDOM
from tests.reports.world import KIND, LEASE_SECONDS, places

pytestmark = [
    pytest.mark.area("reports/jobs", "greendistrict/celery.py", "greendistrict/settings/jobs.py", "greendistrict/workflow"),
    pytest.mark.django_db(transaction=True),
]
SECONDS = 120
A_MINUTE = 60
COUNT = 40
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


def signed_in(user):
    """A plain HTTP client of this person: the session is a row of the shared database."""
    client, http = Client(), requests.Session()
    client.force_login(user)
    http.trust_env = False
    http.cookies.set("sessionid", client.cookies["sessionid"].value)
    return http


def nothing_is_left(portal, redis):
    """Whether no effect is owed any more, no report waits in its queue, and no worker holds one."""
    if OutboxMessage.objects.filter(done_at__isnull=True).exists():
        return False
    queues = Redis.from_url(redis.url)
    prefix = portal.environment["GD_QUEUE_PREFIX"]
    held = [json.loads(entry)[0]["headers"]["task"] for entry in queues.hvals(f"{prefix}unacked")]
    return queues.llen(f"{prefix}reports") == 0 and "reports.tasks.make_report" not in held


def test_jobs_are_made_once_before_during_and_after_a_redis_that_dies_under_a_report(portal, own_redis, people):
    automatic = ExportJob.objects.get()
    assert automatic.files.count() == len(automatic.report.formats)
    officer, ask = signed_in(people.city_officer), f"{portal.url}/reports/new/annual_city/"
    with held(portal):
        job = begun(portal, people)
        own_redis.kill()
        assert "生成记录" in officer.get(f"{portal.url}/reports/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', officer.get(ask).text)[1]
        answer = officer.post(ask, {"year": "2026", "formats": ["xlsx"], "csrfmiddlewaretoken": token})  # while Redis is away
        waiting = ExportJob.objects.latest("pk")
        assert answer.url.endswith(f"/reports/jobs/{waiting.pk}/")
        assert "排队中" in answer.text or "等待" in answer.text
        row = OutboxMessage.objects.get(key=f"report:{waiting.pk}")
        assert (row.done_at, waiting.state) == (None, JobState.QUEUED)
        assert officer.get(f"{portal.url}/messages/").url.endswith("/messages/")
        assert portal.is_running("worker1")
    assert until(lambda: state_of(job) == JobState.DONE, SECONDS)  # ready while Redis is away
    time.sleep(3)
    assert portal.is_running("worker1"), portal.log("worker1").read_text()[-3000:]
    own_redis.start()
    assert until(lambda: state_of(waiting) == JobState.DONE, SECONDS), portal.log("worker1").read_text()[-3000:]
    # A handler that failed while Redis was away is tried again after a minute; the sweep finds the rest sooner.
    assert until(lambda: told(people) == 2, SECONDS), portal.log("worker1").read_text()[-3000:]
    assert services.requeue_lost() == 0
    assert until(lambda: nothing_is_left(portal, own_redis), SECONDS), portal.log("worker1").read_text()[-3000:]
    assert [file.format for file in waiting.files.all()] == ["xlsx"]
    assert (told(people), ExportJob.objects.count(), job.attempts, waiting.attempts) == (2, 3, 1, 1)


def states(batch):
    """How many reports of the batch are in each state."""
    found = list(ExportJob.objects.filter(batches__batch=batch).values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}


@pytest.mark.parametrize("settings_of_the_portal", ["tests.reports.sheet_settings"])
def test_killed_worker_in_the_middle_of_forty_districts(sheets, portal):
    """The others are kept, the zip is complete, and everything was made once."""
    portal.start_beat(daily=SELDOM)
    people = sheets
    for number in range(COUNT - len(places())):
        make_district(people, name=f"演示第{number:02}城（虚构）", code=f"nth-{number}", stage=Stage.PILOT)
    districts = [*places(), *District.objects.filter(code__startswith="nth-")]
    batch = request_batch(kind=KIND, year=2026, districts=districts, by=people.city_officer)
    assert until(lambda: states(batch).get("done", 0) >= COUNT // 4, SECONDS), portal.log("worker1").read_text()[-3000:]
    with held(portal):
        assert until(lambda: states(batch).get("running"), SECONDS)
        for child in portal.children("worker1"):
            os.kill(child, signal.SIGKILL)
        before = states(batch)
    assert 0 < before["done"] < COUNT
    assert until(lambda: ExportJob.objects.get(pk=batch.pk).state == JobState.DONE, SECONDS), portal.log("worker1").read_text()[-3000:]
    batch.refresh_from_db()
    parts = [part.report for part in batch.parts.all()]
    assert batch.error == ""
    assert sorted({part.attempts for part in parts}) == [1, 2]
    assert sum(part.attempts for part in parts) <= COUNT + before["running"], "what was finished was not made again"
    assert {part.files.count() for part in parts} == {2}
    with zipfile.ZipFile(portal.media / batch.files.get().document.file.name) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == 2 * COUNT + 4
    told = Notification.objects.filter(receiver=people.city_officer, title=f"{batch.label}已生成")
    assert until(lambda: told.count() == 1, SECONDS)
