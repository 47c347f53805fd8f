"""A worker of an older release and tasks of a newer one, with a real worker."""

import json
import os
import time

import pytest
import redis

from greendistrict.celery import app
from greendistrict.core import release
from greendistrict.processes import until
from tests.processes import Portal

pytestmark = pytest.mark.area("greendistrict/core", "greendistrict/celery.py", "greendistrict/settings/jobs.py")
SECONDS = 60
NEWER = ("unheard.of.task", "greendistrict.audit.tasks.seal")  # not known to this release, and known with other arguments


def test_versions_are_compared_by_their_numbers():
    parts = [int(part) for part in release.version().split(".")]
    later = [".".join(map(str, [*parts[:-1], parts[-1] + step])) for step in (1, 10)]
    assert [release.is_newer(one) for one in (*later, release.version(), "0.0.1", "", "next")] == [True, True, False, False, False, False]


@pytest.mark.django_db
def test_an_older_worker_puts_tasks_of_a_newer_release_back_and_does_its_own(tmp_path):
    with Portal(tmp_path, f"newer_{os.getpid()}") as portal:
        portal.migrate()
        with app.connection_for_write(portal.environment["REDIS_URL"].replace("unix://", "redis+socket://", 1)) as connection:
            connection.transport_options = {**connection.transport_options, "global_keyprefix": f"{portal.name}:"}
            for name in NEWER:
                app.send_task(name, kwargs={"later": 1}, queue="default", headers={"release": "999.0.0"}, connection=connection)
            portal.start_worker()
            assert until(lambda: "put back" in portal.log("worker1").read_text(), SECONDS)
            app.send_task("greendistrict.audit.tasks.seal", queue="default", connection=connection)
            assert until(lambda: "seal" in portal.log("worker1").read_text() and "succeeded" in portal.log("worker1").read_text(), SECONDS)
        time.sleep(6)  # put back once more at least
        portal.end("worker1")
        waiting = redis.from_url(portal.environment["REDIS_URL"]).lrange(f"{portal.name}:default", 0, -1)
        assert sorted(json.loads(one)["headers"]["task"] for one in waiting) == sorted(NEWER)
        assert "unregistered" not in portal.log("worker1").read_text()
