"""Reports with real processes: web server, Celery worker, beat and a Redis that is killed and comes back."""

import json
import re
import urllib.parse
import urllib.request

import pytest
from django.test import Client
from redis import Redis

from greendistrict.notifications.models import Notification
from greendistrict.processes import until
from greendistrict.workflow.models import OutboxMessage
from reports.jobs import services
from reports.jobs.enums import JobState, ReportKind
from reports.jobs.models import ExportJob, ReportFile
from tests.factories.received import received_self_check

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SECONDS = 120


class Visitor:
    """A signed-in person with a plain HTTP client: the session is a row of the shared database."""

    def __init__(self, url, user):
        client = Client()
        client.force_login(user)
        self.url = url
        self.cookies = {"sessionid": client.cookies["sessionid"].value}

    def get(self, path):
        return self._open(urllib.request.Request(self.url + path))  # noqa: S310 -- our own server

    def post(self, path, **fields):
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path)[1])[1]
        data = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}, doseq=True).encode()
        return self._open(urllib.request.Request(self.url + path, data=data))  # noqa: S310 -- as above

    def _open(self, request):
        request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 -- as above
            for given in answer.headers.get_all("Set-Cookie", ()):
                name, _, value = given.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.url, answer.read().decode()


def is_done(job):
    job.refresh_from_db()
    return job.state == JobState.DONE


def nothing_is_left(portal, redis):
    """Whether no effect is owed any more, no report waits in its queue, and no worker holds one."""
    if OutboxMessage.objects.filter(done_at__isnull=True).exists():
        return False
    queues = Redis.from_url(redis.url)
    prefix = portal.environment["GD_QUEUE_PREFIX"]
    held = [json.loads(entry)[0]["headers"]["task"] for entry in queues.hvals(f"{prefix}unacked")]
    return queues.llen(f"{prefix}reports") == 0 and "reports.tasks.make_report" not in held


def test_jobs_are_made_once_before_during_and_after_a_killed_redis(portal, redis, people):
    received_self_check(people)
    portal.start_beat()  # its jobs open self-checks as well
    automatic = ExportJob.objects.get()
    assert until(lambda: is_done(automatic), SECONDS), portal.log("worker1").read_text()[-3000:]
    assert automatic.files.count() == len(automatic.report.formats)

    officer = Visitor(portal.url, people.city_officer)
    redis.kill()
    assert "生成记录" in officer.get("/reports/")[1]
    url, page = officer.post("/reports/new/annual_city/", year="2026", formats=["pdf", "xlsx"])  # answered while Redis is still away
    waiting = ExportJob.objects.get(kind=ReportKind.ANNUAL_CITY)
    assert url.endswith(f"/reports/jobs/{waiting.pk}/")
    assert "排队中" in page or "等待" in page
    row = OutboxMessage.objects.get(key=f"report:{waiting.pk}")
    assert row.done_at is None
    assert waiting.state == JobState.QUEUED
    assert officer.get("/messages/")[0].endswith("/messages/")

    redis.start()
    assert until(lambda: is_done(waiting), SECONDS), portal.log("worker1").read_text()[-3000:]
    told = Notification.objects.filter(receiver=people.city_officer, title="全市2026年度评估报告已生成")
    # A handler that failed while Redis was away is tried again after a minute; the sweep finds the rest sooner.
    assert until(told.exists, SECONDS), portal.log("worker1").read_text()[-3000:]
    assert services.requeue_lost() == 0
    assert until(lambda: nothing_is_left(portal, redis), SECONDS), portal.log("worker1").read_text()[-3000:]
    assert sorted(ReportFile.objects.filter(job=waiting).values_list("format", flat=True)) == ["pdf", "xlsx"]
    assert told.count() == 1
    assert ExportJob.objects.count() == 2
