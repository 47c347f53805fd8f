"""A worker killed in the middle of forty districts: the others are kept, the zip is complete, and everything was made once."""

import os
import signal
import zipfile

import pytest
from django.db import connection

from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.notifications.models import Notification
from greendistrict.processes import until
from reports.jobs.batches import request_batch
from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob
from tests.factories.districts import make_district
from tests.processes import SELDOM, Portal
from tests.reports.jobs.test_worker_killed import held
from tests.reports.world import KIND, LEASE_SECONDS, places

pytestmark = [
    pytest.mark.slow,
    pytest.mark.area("reports/jobs", "greendistrict/celery.py", "greendistrict/settings/jobs.py"),
    pytest.mark.django_db(transaction=True),
]
COUNT = 40
SECONDS = 120


def states(batch):
    """How many reports of the batch are in each state."""
    found = list(ExportJob.objects.filter(batches__batch=batch).values_list("state", flat=True))
    return {state: found.count(state) for state in set(found)}


@pytest.fixture
def portal(tmp_path, redis):
    """Worker and beat that know the kind of the tests and work on this test's database."""
    known = {"REDIS_URL": redis.url, "GD_LEASE_SECONDS": str(LEASE_SECONDS), "DJANGO_SETTINGS_MODULE": "tests.reports.sheet_settings"}
    portal = Portal(tmp_path, connection.settings_dict["NAME"], **known)
    try:
        portal.start_web()
        portal.start_background(beat=False)
        portal.start_beat(daily=SELDOM)
        yield portal
    finally:
        portal.stop()


def test_killed_worker_in_the_middle_of_forty_districts(sheets, portal):
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
