"""Health views: what they ask and what they keep to themselves."""

import datetime as dt
import json
import re
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.test import Client

from greendistrict.core import clock, schedule

pytestmark = pytest.mark.django_db
SECRETS = re.compile(r"\d+\.\d+|postgres|/tmp|Error|django", re.IGNORECASE)


def answer(client, path):
    found = client.get(path)
    return found.status_code, json.loads(found.content)


def test_healthz_touches_nothing_else_and_is_never_stored(client, django_db_blocker):
    with django_db_blocker.block():  # the module may use the database, this page must not
        assert answer(client, "/healthz") == (200, {"status": "ok"})
    assert "no-store" in client.get("/healthz")["Cache-Control"]
    assert [client.post(path).status_code for path in ("/healthz", "/readyz")] == [405, 405]


def test_readyz_names_each_part(client):
    schedule.note_timetable()  # the tables may have been made long ago, see tests/processes.py
    status, body = answer(client, "/readyz")
    assert (status, body["status"]) == (200, "ok")
    needed = dict.fromkeys(("configuration", "database", "rights", "migrations", "redis", "storage"), "ok")
    assert body["checks"] == needed | {"worker": "absent", "schedule": "ok"}
    assert not SECRETS.search(json.dumps(body))


def test_readyz_tells_strangers_whether_and_operators_what(client, settings):
    schedule.note_timetable()
    settings.METRICS_TOKEN, settings.METRICS_NETWORKS = "t" * 40, [ip_network("10.9.0.0/16")]
    for told, asked in (
        (False, {"REMOTE_ADDR": "203.0.113.9"}),
        (False, {"REMOTE_ADDR": "203.0.113.9", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}),
        (False, {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer "}),
        (False, {"REMOTE_ADDR": ""}),
        (True, {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": f"Bearer {'t' * 40}"}),
        (True, {"REMOTE_ADDR": "10.9.8.7"}),
        (True, {"REMOTE_ADDR": "127.0.0.1"}),
    ):
        said = client.get("/readyz", **asked).json()
        assert (said["status"], "checks" in said) == ("ok", told), asked
    settings.MEDIA_ROOT = __file__
    assert client.get("/readyz", REMOTE_ADDR="203.0.113.9").json() == {"status": "failed"}


def test_readyz_says_503_while_redis_is_away_and_ok_when_it_is_back(client, own_redis, settings):
    settings.REDIS_URL = own_redis.url
    assert answer(client, "/readyz")[0] == 200
    own_redis.kill()
    status, body = answer(client, "/readyz")
    assert (status, body["checks"]["redis"], body["checks"]["database"]) == (503, "failed", "ok")
    assert not SECRETS.search(json.dumps(body))
    own_redis.start()
    assert answer(client, "/readyz")[0] == 200


def test_readyz_says_503_where_files_cannot_be_written(client, settings, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    settings.MEDIA_ROOT = str(blocked)
    assert answer(client, "/readyz")[1]["checks"]["storage"] == "failed"


def test_readyz_says_503_where_the_configuration_cannot_be_used(client, settings, tmp_path):
    settings.CLOCK_FILE = str(tmp_path / "clock")
    Path(settings.CLOCK_FILE).write_text("tomorrow", encoding="utf-8")
    status, body = answer(client, "/readyz")
    assert (status, body["checks"]["configuration"], body["checks"]["schedule"]) == (503, "failed", "late")
    assert not SECRETS.search(json.dumps(body))


def test_readyz_tells_that_a_scheduled_job_is_late(client):
    """Nothing ran since the installation, which is two days ago by business time."""
    with clock.at(clock.now() + dt.timedelta(days=2)):
        status, body = answer(client, "/readyz")
    assert (status, body["checks"]["schedule"]) == (200, "late")


def test_readyz_says_503_where_a_migration_is_missing(client):
    from django.db.migrations.recorder import MigrationRecorder

    MigrationRecorder.Migration.objects.filter(app="core").delete()
    status, body = answer(client, "/readyz")
    assert (status, body["checks"]["migrations"]) == (503, "failed")


def test_each_answer_carries_a_request_id(client):
    first, second = client.get("/healthz")["X-Request-ID"], client.get("/healthz")["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first != second


@pytest.mark.parametrize(
    ("offered", "kept"),
    [("gateway-0001.a_b", True), ("short", False), ("x" * 65, False), ("evil\tvalue", False), ("编号一二三四五六七八", False)],
)
def test_a_callers_request_id_is_kept_where_it_is_harmless(offered, kept):
    found = Client().get("/healthz", headers={"X-Request-ID": offered})["X-Request-ID"]
    assert (found == offered) is kept
