"""The history of the report centre: found, filtered, sorted, letters apart; what is deleted, and what stays and why."""

import pytest
from django.urls import reverse

from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, papers
from greendistrict.core.models import PaperCode
from greendistrict.documents.models import Evidence
from greendistrict.notifications.models import Notification
from reports.archive.models import ArchiveItem
from reports.center.services import drop
from reports.jobs import services
from reports.jobs.batches import request_batch
from reports.jobs.enums import JobState
from reports.jobs.models import Asker, ExportJob
from reports.jobs.requests import request_report
from reports.letters.models import LetterCopy
from tests.refusing import refuses
from tests.reports.archive.world import bare_volume
from tests.reports.world import KIND, places

CENTRE, FOUND_DROP = reverse("reports:report_center"), reverse("reports:found_drop")
YEAR = 2026


@pytest.fixture
def officer(sheets):
    return sheets.city_officer


@pytest.fixture
def centre(client, officer):
    client.force_login(officer)
    return client


def report(by, place=0, year=YEAR, formats=("xlsx",), state=None):
    """A report of one of the districts: made, or ended in another way."""
    job = request_report(kind=KIND, year=year, by=by, district=places()[place], formats=formats)
    if state is None:
        services.run(job.pk)
    else:
        services.finish(job, state, "原因")
    return ExportJob.objects.get(pk=job.pk)


def letter(by, title, text="", state=JobState.FAILED):
    """A letter about nothing, as it stands in the history."""
    copy = LetterCopy.objects.create(
        source="case", matter=1, key="notice", title=title, content={"text": text}, digest=title, written_at=clock.now()
    )
    copy.readers.add(by)
    about = {"kind": "letter", "scope": "matter", "year": YEAR, "subject": str(copy.pk), "subject_name": title, "asked": title}
    job = ExportJob.objects.create(**about, requested_by=by, requested_at=clock.now(), finished_at=clock.now(), state=state)
    Asker.objects.create(job=job, user=by, at=clock.now())
    return job


def shown(client, **asked):
    return [job.pk for job in client.get(CENTRE, asked).context["page"]]


def delete(client, job):
    return client.post(reverse("reports:job_drop", args=[job.pk]), {"confirmed": "1"})


def test_reports_are_found_by_name_district_and_code_and_filtered(centre, officer):
    jia, yi = (report(officer, place) for place in (0, 1))
    old = report(officer, 1, year=YEAR - 1, state=JobState.FAILED)
    code = papers.code_of(yi)
    for words, found in (
        (jia.label, [jia]), (jia.district.name, [jia]), ("名称表 2025", [old]), (code, [yi]), (code[:9].lower(), [yi]), ("没有这份", []),
    ):  # fmt: skip
        assert shown(centre, q=words) == [job.pk for job in found], words
    for asked, found in (
        ({"state": "failed"}, [old]), ({"year": YEAR}, [yi, jia]), ({"district": yi.district_id}, [old, yi]),
        ({"district": yi.district_id, "year": YEAR}, [yi]), ({"kind": KIND}, [old, yi, jia]), ({"kind": "nothing"}, [old, yi, jia]),
    ):  # fmt: skip
        assert shown(centre, **asked) == [job.pk for job in found], asked
    page = centre.get(CENTRE).content.decode()
    assert ('name="year"' in page, 'name="kind"' in page) == (True, False), "a single kind is no choice"


def test_reports_stand_by_name_time_and_size(centre, officer):
    small, large = report(officer, 0), report(officer, 1, formats=("pdf", "xlsx"))
    first, last = sorted((small, large), key=lambda job: job.district.name_pinyin)
    orders = {"": (large, small), "time": (small, large), "size": (small, large), "-size": (large, small)}
    for order, jobs in (orders | {"name": (first, last), "-name": (last, first), "nothing": (large, small)}).items():
        assert shown(centre, order=order) == [job.pk for job in jobs], order


def test_letters_stand_apart_and_are_found_by_their_text(centre, officer):
    made = report(officer)
    one, other = letter(officer, "受理通知书", "编号SQ-2026-001"), letter(officer, "补正告知书")
    assert (shown(centre), shown(centre, letters="1")) == ([made.pk], [other.pk, one.pk])
    assert [shown(centre, letters="1", q=words) for words in ("受理", "sq-2026-001", "SQ-2026-002")] == [[one.pk], [one.pk], []]
    page = centre.get(CENTRE).content.decode()
    assert all(words in page for words in ("报告 1", "文书参考稿 2"))


def test_what_was_not_made_is_deleted_with_its_message_and_code(centre, sheets, officer):
    job = report(officer, state=JobState.FAILED)
    link = reverse("reports:job", args=[job.pk])
    about = {"kind": "report_failed", "title": "没有生成", "created_at": clock.now(), "link": link}
    for key, receiver in (("own", officer), ("other", sheets.preparer)):
        Notification.objects.create(key=key, receiver=receiver, **about)
    assert reverse("reports:job_drop", args=[job.pk]) in centre.get(CENTRE).content.decode()
    assert delete(centre, job).url == CENTRE
    assert not ExportJob.objects.filter(pk=job.pk).exists()
    assert not PaperCode.objects.filter(subject=papers.subject_of(job)).exists()
    assert not Notification.objects.filter(receiver=officer, link=link).exists()
    told = AuditRecord.objects.get(action="reports.drop").data
    assert (told["label"], told["paper_stays"]) == (job.label, False)


def test_what_something_stands_on_stays_and_says_why(centre, sheets, officer):
    made, failed = report(officer), report(officer, 1, state=JobState.FAILED)
    volume = bare_volume(sheets, places()[0], number=1)
    refuses("查验码", drop, job=made, by=officer)
    assert "查验码，收到的人还要核验" in centre.get(reverse("reports:job", args=[made.pk])).content.decode()
    for words, change in (("按期", {"scheduled": "x:2026"}), ("版次", {"edition": "第1版"}), ("取消", {"state": "queued"})):
        before = {name: getattr(failed, name) for name in change}
        ExportJob.objects.filter(pk=failed.pk).update(**change)
        refuses(words, drop, job=failed, by=officer)
        ExportJob.objects.filter(pk=failed.pk).update(**before)
    item = ArchiveItem.objects.create(volume=volume, key="report:1", number=1, kind="report", title="报告", job=failed)
    refuses("案卷", drop, job=failed, by=officer)
    item.delete()
    batch = request_batch(kind=KIND, year=YEAR, districts=places(), by=officer, formats=("xlsx",))
    batch.parts.filter(number=3).update(report=failed)
    refuses("一册", drop, job=failed, by=officer)
    page = centre.get(CENTRE).content.decode()
    assert [reverse("reports:job_drop", args=[job.pk]) in page for job in (made, failed)] == [False, False]


def test_where_others_asked_too_only_ones_own_request_goes(centre, client, sheets, officer):
    one = letter(officer, "受理通知书", state=JobState.DONE)
    Asker.objects.create(job=one, user=sheets.city_checker, at=clock.now())
    assert delete(centre, one).status_code == 302
    assert (shown(centre, letters="1"), [asker.user for asker in one.askers.all()]) == ([], [sheets.city_checker])
    assert delete(centre, one).status_code == 404, "it is that of another now"
    refuses("申请人", drop, job=one, by=officer)
    client.force_login(sheets.city_checker)
    assert shown(client, letters="1") == [one.pk]
    asked = client.get(reverse("reports:job", args=[one.pk])), client.post(reverse("reports:job_drop", args=[one.pk]))
    assert ["只从您的记录中移出" in page.content.decode() for page in asked] == [True, True]
    assert delete(client, one).status_code == 302
    assert (shown(client, letters="1"), ExportJob.objects.filter(pk=one.pk).exists()) == ([], True), "a paper with a code stays"


def test_a_batch_goes_with_its_zip_and_its_parts_stay_where_they_were(centre, officer):
    batch = request_batch(kind=KIND, year=YEAR, districts=places(), by=officer, formats=("xlsx",))
    for job in (*(part.report for part in batch.parts.all()), batch):
        services.run(job.pk)
    assert shown(centre) == [batch.pk]
    delete(centre, batch)
    assert (shown(centre), ExportJob.objects.count()) == ([], 3), "parts are reports of their districts, and nobody asked for them singly"
    assert not Evidence.objects.filter(owner=papers.subject_of(batch)).exists()


def test_all_that_a_filter_finds_are_deleted_but_for_those_that_stay(centre, sheets, officer):
    made, old, new = report(officer), report(officer, 1, year=2025, state=JobState.FAILED), report(officer, 2, state=JobState.CANCELLED)
    of_other = report(sheets.preparer, 0, year=2024, state=JobState.FAILED)
    told = letter(officer, "受理通知书")

    def left():
        return set(ExportJob.objects.values_list("pk", flat=True))

    for query in ("?state=nothing", "?year=2025"):
        assert left() == {made.pk, old.pk, new.pk, of_other.pk, told.pk}
        assert centre.post(f"{FOUND_DROP}{query}", {"confirmed": "1"}).url == f"{CENTRE}{query}"
    assert left() == {made.pk, new.pk, of_other.pk, told.pk}
    assert "1份" in centre.post(FOUND_DROP).content.decode(), "how many it would be"
    centre.post(FOUND_DROP, {"confirmed": "1"})
    assert left() == {made.pk, of_other.pk, told.pk}
    centre.post(f"{FOUND_DROP}?letters=1", {"confirmed": "1"})
    assert left() == {made.pk, of_other.pk}


def test_nobody_deletes_what_another_asked_for(client, sheets, officer):
    job, told = report(officer, state=JobState.FAILED), letter(officer, "受理通知书")
    for seat in ("city_checker", "outsider_preparer", "expert1", "system_keeper"):
        client.force_login(sheets.everybody[seat])
        assert delete(client, told).status_code == 404, seat
        client.post(FOUND_DROP, {"confirmed": "1"})
        assert ExportJob.objects.count() == 2, seat
    client.force_login(sheets.city_checker)
    assert delete(client, job).status_code == 403, "seen, and not asked for"


@pytest.mark.parametrize("count", [1, 3])
def test_history_of_one_and_of_three_costs_the_same_queries(centre, officer, kept_queries, count):
    for place in range(count):
        report(officer, place, state=JobState.FAILED)
        report(officer, place, year=YEAR - 1)
        letter(officer, f"受理通知书{place}")
    for name, asked in (("found", {"q": "名称", "order": "size"}), ("letters", {"letters": "1"})):
        centre.get(CENTRE, asked)
        with kept_queries(name):
            centre.get(CENTRE, asked)
