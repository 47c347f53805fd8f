"""Batches: a kind over several districts, each report a job of its own, their files in one zip."""

import datetime as dt
import hashlib
import io
import json
import zipfile

import pytest
from django.core.files.storage import default_storage
from openpyxl import load_workbook

from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed
from greendistrict.documents.models import Evidence
from greendistrict.notifications.models import Notification
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage
from portal.public.selectors import find
from reports.center.selectors import history_of
from reports.jobs import batches, lease, services
from reports.jobs.batches import request_batch
from reports.jobs.enums import JobState, ReportKind, Scope
from reports.jobs.models import ExportJob
from reports.jobs.requests import cancel, request_report
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.refusing import refuses
from tests.reports.world import KIND, UNKNOWN, places

NOON = at(2027, 6, 1, 12)


@pytest.fixture
def people(sheets):
    """Three districts and a kind of report that each of them has."""
    with clock.at(NOON):
        yield sheets


def single(by, place, formats=("xlsx",)):
    return request_report(kind=KIND, year=2026, district=place, by=by, formats=formats)


def batch_of(by, formats=("xlsx",), only=None):
    return request_batch(kind=KIND, year=2026, districts=only or places(), by=by, formats=formats)


def parts(batch):
    return [part.report for part in batch.parts.select_related("report__district")]


def made(batch):
    """The batch after the worker has done everything that was handed over."""
    for job in parts(batch):
        services.run(job.pk)
    services.run(batch.pk)
    batch.refresh_from_db()
    return batch


def opened(batch):
    with batch.files.get().document.file.open("rb") as stored:
        return zipfile.ZipFile(io.BytesIO(stored.read()))


def test_a_batch_is_a_zip_of_its_districts_reports_with_lists_and_digests(people):
    batch = batch_of(people.city_officer, formats=("pdf", "xlsx"))
    assert (batch.state, batch.done, batch.total) == (JobState.COLLECTING, 0, 3)
    assert services.run(batch.pk) is False  # not before its parts
    for number, job in enumerate(parts(batch), start=1):
        services.run(job.pk)
        ExportJob.objects.filter(pk=job.pk).update(edition=f"更正第{number}版")
    made(batch)
    assert (batch.state, batch.error, batch.done, batch.pages) == (JobState.DONE, "", 3, 3)
    archive = opened(batch)
    reports = [f"{place.name}2026年度名称表.{ending}" for place in places() for ending in ("pdf", "xlsx")]
    assert archive.namelist() == [*reports, "清单.json", "清单.txt", "清单.xlsx", "SHA256SUMS"]
    assert all(archive.getinfo(name).flag_bits & 0x800 for name in reports), "names are marked as UTF-8"
    listed = json.loads(archive.read("清单.json"))
    assert [row["file"] for row in listed["files"]] == reports
    for row in listed["files"]:
        assert row["sha256"] == hashlib.sha256(archive.read(row["file"])).hexdigest()
        assert (row["kind"], row["pages"]) == ("名称表", 1 if row["file"].endswith("pdf") else None)
        assert find(row["code"]).unit == row["district"]
        assert f"{row['sha256']}  {row['file']}\n" in archive.read("SHA256SUMS").decode()
        assert (row["confidentiality"], row["code"] in archive.read("清单.txt").decode()) == ("内部", True)
    assert [row["edition"] for row in listed["files"]] == [f"更正第{number}版" for number in (1, 1, 2, 2, 3, 3)]
    book = load_workbook(io.BytesIO(archive.read("清单.xlsx"))).active
    rows = [(row[0], row[3]) for row in book.iter_rows(min_row=4, values_only=True)]
    assert rows == [(row["file"], row["edition"]) for row in listed["files"]]
    assert listed["missing"] == []
    while outbox.drain():
        pass
    told = Notification.objects.filter(receiver=people.city_officer, kind="report_ready")
    assert [note.title for note in told] == [f"{batch.label}已生成"], "one message for the batch, none for its parts"


def test_a_batch_takes_in_what_is_there_and_its_zip_is_handed_out_while_it_stands(people):
    first = single(people.preparer, places()[0])
    services.run(first.pk)
    batch = batch_of(people.city_officer)
    assert (batch.done, first in parts(batch)) == (1, True)
    made(batch)
    first.refresh_from_db()
    assert first.attempts == 1
    assert batch_of(people.city_checker) == batch
    assert batch_of(people.city_officer, formats=("pdf",)) != batch
    again = batch_of(people.city_officer, only=places()[:2])
    assert (again.state, set(parts(again)) < set(parts(batch))) == (JobState.QUEUED, True), "its parts are there: only the zip is made"


def test_a_district_that_fails_is_named_and_the_others_are_there(people):
    District.objects.filter(code="yi").update(name=UNKNOWN)
    batch = made(batch_of(people.city_officer))
    assert (batch.state, batch.error) == (JobState.DONE, f"1个城区没有生成：{UNKNOWN}（没有名称）")
    content = json.loads(opened(batch).read("清单.json"))
    assert content["missing"] == [{"district": UNKNOWN, "reason": "没有名称"}]
    assert len(content["files"]) == 2
    batch = made(batch_of(people.city_officer, only=[District.objects.get(code="yi")]))
    assert (batch.state, batch.error) == (JobState.FAILED, "没有一个城区的报告生成成功")


def test_cancelled_batch_stops_at_the_next_district_and_what_is_made_stays(people):
    wanted = single(people.city_checker, places()[2])
    batch = batch_of(people.city_officer)
    finished, running = (job for job in parts(batch) if job != wanted)
    services.run(finished.pk)
    claimed = services._claim(running.pk)
    cancel(batch, people.city_officer)
    with pytest.raises(lease.Overtaken):
        lease.report_progress(claimed, 1)
    assert services._keep(claimed, {"xlsx": b"x"}) is False
    for job in (batch, finished, running, wanted):
        job.refresh_from_db()
    assert [job.state for job in (batch, finished, running, wanted)] == ["cancelled", "done", "cancelled", "queued"]
    refuses("已经结束，不用取消", cancel, batch, people.city_officer)
    assert services.run(batch.pk) is False


def test_who_asked_with_others_leaves_it_to_them(people):
    job = single(people.city_officer, places()[0])
    single(people.city_checker, places()[0])
    cancel(job, people.city_officer)
    job.refresh_from_db()
    assert (job.state, [asker.user for asker in job.askers.all()]) == (JobState.QUEUED, [people.city_checker])
    cancel(job, people.city_director)
    while outbox.drain():
        pass
    assert Notification.objects.filter(receiver=people.city_checker, title=f"{job.label}已取消").count() == 1
    assert not Notification.objects.filter(receiver=people.city_officer, title__contains="已取消").exists()


def test_cancelling_is_for_who_asked_and_the_city(people):
    """Seat × action, for the report of a district that its preparer asked for."""
    job = single(people.preparer, places()[0])
    may = set()
    for seat, user in people.everybody.items():
        ExportJob.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
        try:
            cancel(ExportJob.objects.get(pk=job.pk), user)
        except NotAllowed:
            continue
        may.add(seat)
    assert may == {"city_officer", "city_checker", "city_director", "city_legal", "preparer"}


def test_a_zip_expires_and_the_batch_can_be_asked_for_again(people, settings, django_capture_on_commit_callbacks):
    batch = made(batch_of(people.city_officer))
    document = batch.files.get().document
    with clock.at(NOON + dt.timedelta(days=settings.EXPORT_DAYS, seconds=-1)):
        assert batches.expire() == 0
    with clock.at(NOON + dt.timedelta(days=settings.EXPORT_DAYS, hours=1)), django_capture_on_commit_callbacks(execute=True):
        assert batches.expire() == 1
        assert batches.expire() == 0
    batch.refresh_from_db()
    assert (batch.state, batch.files.count()) == (JobState.EXPIRED, 0)
    assert not Evidence.objects.filter(pk=document.pk).exists()
    assert not default_storage.exists(document.file.name)
    assert all(job.files.count() == 1 for job in parts(batch)), "the reports in it stay"
    assert batch_of(people.city_officer) != batch


def test_yearly_reports_are_asked_for_once(people):
    make_district(people, name="演示庚城（虚构）", code="geng")  # has no such report
    assert batches.ask_for_yearly() == 1, "no self-check was received: the annual reports wait"
    assert batches.ask_for_yearly() == 0
    with clock.at(NOON + dt.timedelta(days=20)):
        assert batches.ask_for_yearly() == 0
    batch = ExportJob.objects.get(scheduled=f"{KIND}:2026")
    assert "geng" not in {job.district.code for job in parts(batch)}
    assert {job.district for job in parts(batch)} >= set(places())
    assert [asker.user for asker in batch.askers.all()] == [people.city_officer]


def test_a_batch_is_for_who_may_ask_for_each_of_its_reports(people):
    for seat in ("outsider_preparer", "consultant", "expert1", "partner", "secretariat", "audit_keeper"):
        refuses(NotAllowed, batch_of, people.everybody[seat])
    assert not ExportJob.objects.filter(scope=Scope.BATCH).exists()


def test_a_batch_names_districts_without_a_report(people):
    empty = make_district(people, name="演示庚城（虚构）", code="geng", stage=Stage.PILOT)
    refuses("演示庚城（虚构）2026年度没有可以生成的内容", batch_of, people.city_officer, only=[*places(), empty])
    refuses("请选择城区", request_batch, kind=KIND, year=2026, districts=[], by=people.city_officer)
    refuses("不分城区", request_batch, kind=ReportKind.ANNUAL_CITY, year=2026, districts=places(), by=people.city_officer)


def test_history_shows_a_batch_once_and_not_its_parts(people):
    batch = batch_of(people.city_officer)
    assert list(history_of(Viewer(people.city_officer))) == [batch]
    assert list(history_of(Viewer(people.preparer))) == []
    own = parts(batch)[0]
    assert single(people.preparer, own.district) == own
    assert list(history_of(Viewer(people.preparer))) == [own]


def test_a_batch_whose_end_nobody_noticed_is_found_by_the_sweep(people):
    batch = batch_of(people.city_officer)
    ExportJob.objects.filter(batches__batch=batch).update(state=JobState.FAILED)
    services.requeue_lost()
    batch.refresh_from_db()
    assert batch.state == JobState.QUEUED
    assert OutboxMessage.objects.filter(key=f"report:{batch.pk}").count() == 1


def test_time_left_counts_the_districts_made_since_it_was_asked_for(people):
    first = single(people.preparer, places()[0])
    services.run(first.pk)
    with clock.at(NOON + dt.timedelta(minutes=1)):
        batch = batch_of(people.city_officer)
        assert lease.remaining(batch) == "剩余时间未知"
    with clock.at(NOON + dt.timedelta(minutes=5)):
        services.run(next(job for job in parts(batch) if job != first).pk)
        batch.refresh_from_db()
        assert lease.remaining(batch) == "还需约4分钟"
