"""Pages of the report centre: kinds, request, job and batch, cancelling, history."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.paging import PAGE_ROWS
from reports.jobs import batches, services
from reports.jobs.enums import JobState, ReportKind, Scope
from reports.jobs.models import ExportJob
from tests.factories.districts import make_district
from tests.factories.received import received_self_check
from tests.reports.world import KIND, places

CENTRE = reverse("reports:report_center")
NEW = reverse("reports:report_request", args=[KIND])


def text(response):
    return response.content.decode()


def ask(client, *districts, **fields):
    chosen = {"extent": "chosen", "formats": ["xlsx"], "year": str(clock.today().year), "districts": [one.pk for one in districts]}
    return client.post(NEW, chosen | fields)


@pytest.fixture
def officer(client, sheets):
    client.force_login(sheets.city_officer)
    return client


def test_centre_lists_the_kinds_that_a_person_may_ask_for_and_no_other_is_found(client, sheets):
    words = {"城区年度评估报告": "annual_district", "全市年度评估报告": "annual_city", "名称表": KIND}
    seen = {}
    for seat in ("city_officer", "preparer", "bureau"):
        client.force_login(sheets.everybody[seat])
        page = text(client.get(CENTRE))
        seen[seat] = {word for word, key in words.items() if reverse("reports:report_request", args=[key]) in page}
    assert seen == {"city_officer": set(words), "preparer": {"城区年度评估报告", "名称表"}, "bureau": set()}
    client.force_login(sheets.city_officer)
    assert "标准调整影响测算</dt>" not in text(client.get(CENTRE)), "asked for on its own page"
    for seat, kind in (("preparer", "annual_city"), ("city_officer", "sensitivity"), ("city_officer", "nothing"), ("bureau", KIND)):
        client.force_login(sheets.everybody[seat])
        url = reverse("reports:report_request", args=[kind])
        assert [client.get(url).status_code, client.post(url, {"year": "2026"}).status_code] == [404, 404], (seat, kind)


def test_one_district_is_a_job_and_several_are_a_batch(officer):
    assert text(officer.get(NEW)).count("data-box ") >= 3
    one = ask(officer, places()[0])
    job = ExportJob.objects.get()
    assert (one.url, job.scope, job.formats) == (reverse("reports:job", args=[job.pk]), Scope.DISTRICT, ["xlsx"])
    assert AuditRecord.objects.get(action="reports.request").subject == f"reports.exportjob:{job.pk}"
    ask(officer, *places()[:2])
    batch = ExportJob.objects.get(scope=Scope.BATCH)
    assert {part.report.district for part in batch.parts.all()} == set(places()[:2])


def test_of_many_districts_the_first_and_the_chosen_are_listed_and_words_find_the_others(officer):
    assert "查找城区" not in text(officer.get(NEW)), "nothing to look for among a few"
    for number in range(PAGE_ROWS):
        make_district(name=f"演示远方{number}城（虚构）")
    last = make_district(name="演示最后城（虚构）", name_pinyin="zzz")
    page = text(officer.get(NEW))
    assert (page.count("data-box "), "查找城区" in page, last.name in page) == (PAGE_ROWS, True, False)
    chosen = {"districts": [places()[0].pk], "formats": ["pdf"], "extent": "chosen", "year": str(clock.today().year)}
    answer = officer.post(NEW, {**chosen, "words": "演示最后", "find": "1"})
    listed = [(int(key), "checked" in more) for key, more in re.findall(r'name="districts"\s+value="(\d+)"([^>]*)>', text(answer))]
    assert (answer.status_code, listed) == (200, [(places()[0].pk, True), (last.pk, False)])
    assert re.findall(r'value="(pdf|xlsx|docx)"[^>]* checked', text(answer)) == ["pdf"], "what was filled in stays"
    assert not ExportJob.objects.exists(), "looking asks for nothing"
    assert text(officer.post(NEW, {**chosen, "words": "没有", "find": "1"})).count("data-box ") == 1, "the chosen one"
    assert text(officer.post(NEW, {**chosen, "districts": ["x"], "words": "演示最后", "find": "1"})).count("data-box ") == PAGE_ROWS
    ask(officer, last)
    assert ExportJob.objects.get().district == last, "who is found may be asked for"


def test_all_districts_are_those_in_sight(client, sheets):
    client.force_login(sheets.city_officer)
    ask(client, extent="all")
    assert ExportJob.objects.get(scope=Scope.BATCH).total >= 3
    own = places()[0]
    own.applicant = sheets.preparer.posts.get().organisation
    own.save()
    client.force_login(sheets.outsider_preparer)
    assert "名称表" in text(ask(client, own)), "a district out of sight is no choice"
    assert ExportJob.objects.filter(scope=Scope.BATCH).count() == 1


def test_request_says_what_is_missing(officer, sheets):
    for districts, fields, words in (
        ((), {}, "请选择"),
        (places()[:1], {"formats": []}, "请选择"),
        (places()[:1], {"formats": ["docx"]}, "列出的选项"),
    ):
        assert words in text(ask(officer, *districts, **fields))
    assert ask(officer, places()[0], year="1999").status_code == 422
    check = received_self_check(sheets, district=places()[0])
    annual = reverse("reports:report_request", args=["annual_district"])
    fields = {"extent": "chosen", "formats": ["xlsx"], "year": str(check.year), "districts": [places()[0].pk, places()[1].pk]}
    assert officer.post(annual, fields).status_code == 422, "the second has filed nothing"
    assert not ExportJob.objects.filter(requested_by=sheets.city_officer, formats=["xlsx"]).exists()


def test_city_report_is_asked_for_without_districts(officer, sheets):
    url = reverse("reports:report_request", args=["annual_city"])
    assert "尚无已接收的自查，不能出报告" in text(officer.get(url))
    received_self_check(sheets, district=places()[0])
    assert 'name="districts"' not in text(officer.get(url))
    answer = officer.post(url, {"year": "2026", "formats": ["pdf", "xlsx"]})
    job = ExportJob.objects.get(kind=ReportKind.ANNUAL_CITY)
    assert (answer.url, job.formats) == (reverse("reports:job", args=[job.pk]), ["pdf", "xlsx"])


def test_batch_page_shows_progress_parts_and_files_until_they_expire(officer, settings):
    ask(officer, *places())
    batch = ExportJob.objects.get(scope=Scope.BATCH)
    url = reverse("reports:job", args=[batch.pk])
    first, *rest = [part.report for part in batch.parts.all()]
    services.run(first.pk)
    waiting = text(officer.get(url, headers={"HX-Request": "true"}))
    assert ["<html" in waiting, "1 / 3个城区" in waiting, 'hx-target="#job"' in waiting] == [False, True, True]
    assert "取消生成" in text(officer.get(url))
    for job in (*rest, batch):
        services.run(job.pk)
    done = text(officer.get(url))
    assert done.count("/documents/") == 4
    assert ("hx-get" in done, "取消生成" in done, "保留至" in done) == (False, False, True)
    with clock.at(clock.now() + dt.timedelta(days=settings.EXPORT_DAYS, hours=1)):
        batches.expire()
    page = text(officer.get(url))
    assert "压缩包已过期删除" in page
    assert f"{NEW}?year={batch.year}" in page
    assert "已过期" in text(officer.get(CENTRE))


def test_cancel_takes_one_press_more_and_only_a_post(officer):
    ask(officer, *places())
    batch = ExportJob.objects.get(scope=Scope.BATCH)
    url = reverse("reports:job_cancel", args=[batch.pk])
    assert officer.get(url).status_code == 405
    assert officer.post(url, {"confirmed": "1"}).url == reverse("reports:job", args=[batch.pk])
    batch.refresh_from_db()
    assert batch.state == JobState.CANCELLED
    assert "重新申请" in text(officer.get(reverse("reports:job", args=[batch.pk])))
    assert officer.post(url).status_code == 409


@pytest.mark.parametrize("count", [2, 3])
def test_centre_and_batch_page_cost_the_same_queries(officer, kept_queries, count):
    ask(officer, *places()[:count])
    batch = ExportJob.objects.get(scope=Scope.BATCH)
    for job in [*(part.report for part in batch.parts.all()), batch]:
        services.run(job.pk)
    for place in places()[:count]:
        ask(officer, place, formats=["pdf"])
    for name, url in (("centre", CENTRE), ("batch", reverse("reports:job", args=[batch.pk]))):
        officer.get(url)
        with kept_queries(name):
            officer.get(url)
