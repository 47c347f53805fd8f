"""A worker that is killed while it writes a large import, with real processes: nothing is half there, nothing is lost, nothing twice.

A table that the test has locked holds the import where it is, as a slow one would.
"""

import os
import signal
import time

import psycopg
import pytest
from django.db import connection

from districts.common.enums import ImportKind, QueuedState
from districts.file.models.district import ListImport, QueuedImport
from districts.lists.workbooks import ask, order, run, works_digest
from districts.plots.models import Plot
from greendistrict.processes import until
from tests.districts.plots.test_plot_files import book
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.ops.test_fault_table import bound
from tests.processes import Portal

pytestmark = [
    pytest.mark.area("districts/lists", "greendistrict/celery.py", "greendistrict/settings/jobs.py"),
    pytest.mark.django_db(transaction=True),
]
SECONDS, ROWS = 120, 300
SEND = """
import django; django.setup()
from districts.tasks import import_list
from tests.districts.plots.test_plot_files import book
import_list.delay({})
"""


@pytest.fixture
def ordered():
    people = cast()
    district = make_district(people)
    content = book(district, *({"number": f"YC-{row}", "area_ha": 1} for row in range(ROWS)))
    asked = ask(kind=ImportKind.PLOTS, district=district, content=content, file_name="地块.xlsx", by=people.preparer)
    assert run(asked.pk)
    asked.refresh_from_db()
    return order(pk=asked.pk, district=district, by=people.preparer, seen=works_digest(asked))


def begun(asked):
    asked.refresh_from_db()
    return asked.attempts == 1


@pytest.mark.parametrize("killed", ["child", "whole worker"])
def test_an_import_whose_worker_is_killed_is_written_once(tmp_path, ordered, killed):
    """It is taken up within the time that docs/operations.md tells, by another worker where the whole of the first is gone."""
    portal = Portal(tmp_path, connection.settings_dict["NAME"])
    try:
        portal.start_worker()
        portal.start_beat()  # whose sweep asks again for what a lease has ended
        with psycopg.connect(portal.environment["DATABASE_URL"]) as lock:
            lock.execute("LOCK TABLE districts_plot IN EXCLUSIVE MODE")
            portal.run("-c", SEND.format(ordered.pk))
            assert until(lambda: begun(ordered), SECONDS), portal.log("worker1").read_text()[-3000:]
            if killed == "child":
                for child in portal.children("worker1"):
                    os.kill(child, signal.SIGKILL)
            else:
                portal.kill("worker1")
                portal.start_worker(2)
            gone = time.monotonic()
            assert not ListImport.objects.exists()
        assert until(lambda: QueuedImport.objects.get().attempts == 2, SECONDS), portal.complaints()
        took = time.monotonic() - gone
        assert took <= bound("A worker is killed over a report, an import, a conversion or a webhook"), took
        done = until(lambda: QueuedImport.objects.get().state == QueuedState.WRITTEN, SECONDS)
        assert done, portal.complaints()
    finally:
        portal.stop()
    assert (ListImport.objects.get().added, Plot.objects.count()) == (ROWS, ROWS)
    assert QueuedImport.objects.get().attempts == 2
