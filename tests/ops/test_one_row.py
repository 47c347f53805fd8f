"""One row that cannot be done never stops a scheduled job: it stands on 运行状况, the others are done, and it goes once it can be done."""

import datetime as dt
import uuid

import pytest
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.module_loading import import_string
from rest_framework.authtoken.models import Token

from carbon.metering.models import ReadingImport
from districts.common.enums import ImportKind, Stage
from districts.file.models.district import QueuedImport
from greendistrict.accounts.models import Post
from greendistrict.core import clock, leases
from greendistrict.core.models import UndoneRow
from greendistrict.documents.models import ReadingCopy, Upload
from greendistrict.policy.models import Setting
from portal.open_data.datasets import DATASETS
from reports.closings.stocks import STOCK_KINDS
from reports.jobs.enums import Scope
from reports.jobs.models import ExportJob
from tests.factories.accounts import cast as make_cast
from tests.factories.accounts import make_organisation, make_user
from tests.factories.approvals import published_edition
from tests.factories.districts import make_district
from tests.leases import run_out

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 1, 5, 9, tzinfo=clock.SHANGHAI)
BREAK = """
    CREATE FUNCTION gd_break() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'this row is broken'; END $$;
    CREATE TRIGGER gd_break BEFORE {event} ON {table} FOR EACH ROW WHEN ({row}.{column}::text = '{value}') EXECUTE FUNCTION gd_break()
"""
MEND = "DROP FUNCTION gd_break CASCADE"
# Others: the outbox has its own way with a message that fails, sealing its batches; or a job is one statement, or one look at the whole.
WHOLE = frozenset({
    "outbox-drain", "mail-drain", "hooks-drain", "audit-seal", "audit-alarms", "clear-sessions", "reading-partitions", "collect-names",
    "check-data", "check-file-owners", "sweep-files", "nightly-backup", "scan-files", "lapse-invitations", "yearly-reports", "expire-zips",
    "drop-expired", "reminder-sweep", "hooks-push",
})  # fmt: skip


def titled():
    people = make_cast()
    given = {"stage": Stage.PILOT, "edition": published_edition(), "titled_on": dt.date(2023, 11, 20)}
    return [str(make_district(people, name=f"演示{one}（虚构）", **given).pk) for one in "甲乙"]


def idle():
    people = [make_user("preparer", make_organisation(), is_demo=False, last_login=clock.now() - dt.timedelta(days=91)) for _ in range(2)]
    make_user("system_keeper", make_organisation(), is_demo=False, last_login=clock.now())
    return [str(person.pk) for person in people]


def over():
    ended = clock.today() - dt.timedelta(days=1)
    people = [make_user("preparer", make_organisation(), is_demo=False, last_login=clock.now()) for _ in range(2)]
    Post.objects.filter(user__in=people).update(valid_to=ended)
    for person in people:
        Token.objects.create(user=person)
    return [f"accounts.user:{person.pk}" for person in people]


def uploads():
    by, began = make_user("preparer"), clock.now() - dt.timedelta(days=30)
    made = [Upload.objects.create(key=uuid.uuid4(), owner="x", name="a.pdf", size=1, by=by, started_at=began) for _ in range(2)]
    return [str(one.pk) for one in made]


def lists():
    people, since = make_cast(), clock.now()
    district, by = make_district(people), people.preparer
    made = [
        QueuedImport.objects.create(district=district, kind=ImportKind.PLOTS, file_name="a", content=b"", by=by, since=since)
        for _ in range(2)
    ]
    return [f"list_import:{one.pk}:" for one in made]


def readings():
    people, since = make_cast(), clock.now()
    district, by = make_district(people), people.preparer
    made = [ReadingImport.objects.create(district=district, file_name="a", by=by, since=since, content=b"a") for _ in range(2)]
    return [f"reading_import:{one.pk}:" for one in made]


def copies():
    return [str(ReadingCopy.objects.create(sha256=f"{number}" * 64, since=clock.now()).pk) for number in range(2)]


def jobs():
    by = make_user("city_officer")
    given = {"kind": "annual_city", "scope": Scope.CITY, "year": 2026, "requested_by": by, "requested_at": clock.now()}
    return [str(ExportJob.objects.create(asked=f"a{number}", state="running", **given).pk) for number in range(2)]


# job: rows made for it, and where the first of them breaks: event, table, which row of the trigger, column (and how the value begins)
JOBS = {
    "open-self-checks": (titled, "INSERT", "assessments_selfcheck", "NEW", "district_id"),
    "open-stage-assessments": (titled, "INSERT", "assessments_stageassessment", "NEW", "district_id"),
    "open-yearly-reports": (titled, "INSERT", "assessments_yearlyreport", "NEW", "district_id"),
    "unused-accounts": (idle, "UPDATE", "accounts_user", "NEW", "id"),
    "unused-accounts:terms": (over, "INSERT", "audit_auditrecord", "NEW", "subject"),
    "sweep-uploads": (uploads, "DELETE", "documents_upload", "OLD", "id"),
    "sweep-copies": (copies, "UPDATE", "documents_readingcopy", "NEW", "id"),
    "sweep-imports": (lists, "INSERT", "workflow_outboxmessage", "NEW", "key"),
    "sweep-readings": (readings, "INSERT", "workflow_outboxmessage", "NEW", "key"),
    "report-requeue": (jobs, "UPDATE", "reports_exportjob", "NEW", "id"),
    "open-data-versions": (lambda: list(DATASETS), "INSERT", "portal_datasetversion", "NEW", "dataset"),
    "prepare-closings": (lambda: list(STOCK_KINDS), "INSERT", "reports_stockrecord", "NEW", "key"),
}


def run(job):
    return import_string(settings.CELERY_BEAT_SCHEDULE[job.partition(":")[0]]["task"])()


def test_leases_that_ended_are_dropped_each_night_and_no_other():
    kept, ended = leases.take("a", seconds=60), leases.take("b", seconds=-1)
    run("drop-expired")
    assert (leases.renew("a", kept), leases.renew("b", ended), leases.take("a")) == (True, False, None)


def test_each_scheduled_job_is_tried_here_or_has_no_rows():
    assert JOBS.keys() | WHOLE >= settings.CELERY_BEAT_SCHEDULE.keys()


@pytest.mark.parametrize("job", JOBS)
def test_one_broken_row_is_told_and_the_others_are_done(client, job):
    make, event, table, row, column = JOBS[job]
    with clock.at(NOW):
        Setting.objects.create(key="obligations_from", value="2026-01-05", by=make_user("city_director"), at=NOW, reason="首次启用")
        broken = make()[0]
        run_out()
        condition = BREAK.format(event=event, table=table, row=row, column=column, value=broken)
        if column == "key":
            condition = condition.replace(f"{row}.key::text = '{broken}'", f"starts_with({row}.key, '{broken}')")
        with connection.cursor() as cursor:
            cursor.execute(condition)
        run(job)
        faults = UndoneRow.objects.all()
        assert {(fault.job, fault.error.splitlines()[0]) for fault in faults} == {(job, "this row is broken")}
        client.force_login(make_user("system_keeper"))
        assert f"{len(faults)}项没有办成，其余已照常办理" in client.get(reverse("portal:operations")).content.decode()
        with connection.cursor() as cursor:
            cursor.execute(MEND)
        run_out()
        run(job)
        assert not UndoneRow.objects.exists()
