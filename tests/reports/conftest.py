"""People, one received self-check, three districts with a kind of report that costs nothing, and a portal of processes."""

from types import SimpleNamespace

import pytest
from django.db import connection

from districts.common.enums import Stage
from reports.jobs.kinds import report_kinds
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.factories.received import received_self_check
from tests.processes import Portal
from tests.reports.world import KIND, LEASE_SECONDS, name_sheet


@pytest.fixture
def world(db):
    """People and one received self-check in the database."""
    people = cast()
    return SimpleNamespace(people=people, check=received_self_check(people))


@pytest.fixture
def sheets(db, monkeypatch):
    """People, three districts, and a kind of report that each of them has."""
    people = cast()
    for name, code in (("演示甲城（虚构）", "jia"), ("演示乙城（虚构）", "yi"), ("演示丙城（虚构）", "bing")):
        make_district(people, name=name, code=code, stage=Stage.PILOT)
    monkeypatch.setitem(report_kinds.by_key, KIND, name_sheet())
    return people


@pytest.fixture
def settings_of_the_portal():
    """Module of the settings of its processes."""
    return "tests.portal_settings"


@pytest.fixture
def portal(tmp_path, own_redis, settings_of_the_portal):
    """Web server and worker that work on this test's own database, which leaving a context would drop; beat is not started yet."""
    known = {"REDIS_URL": own_redis.url, "GD_LEASE_SECONDS": str(LEASE_SECONDS), "DJANGO_SETTINGS_MODULE": settings_of_the_portal}
    portal = Portal(tmp_path, connection.settings_dict["NAME"], **known)
    try:
        portal.start_web()
        portal.start_background(beat=False)
        yield portal
    finally:
        portal.stop()
