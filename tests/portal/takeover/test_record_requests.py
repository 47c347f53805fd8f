"""请补录: the officer asks on 补录进度, the district adds or says why not, and the request ends by itself."""

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from approvals.record_requests.enums import RequestState
from approvals.record_requests.models import RecordRequest, RequestedRecord
from approvals.titles.models.publicity import HistoricSelfCheck
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.models import Post
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.notifications.enums import Message
from greendistrict.policy.models import Setting
from greendistrict.workflow.models import OutboxMessage
from obligations.duties import ObligationState
from obligations.selectors import due, obligations_visible_to
from portal.takeover.enums import Mender, Missing
from portal.takeover.rules import OWN_SIDE
from portal.takeover.selectors import request_lines
from tests.districts.boundaries.test_boundaries import keep
from tests.factories.districts import PlotFactory, WorkFactory
from tests.factories.received import at
from tests.portal.takeover.test_takeover import NOW, gaps, old_pilot, record_checks

pytestmark = pytest.mark.django_db
KIND = "record_request"
DAY = dt.date(2026, 12, 11)


@pytest.fixture(autouse=True)
def in_use(people):
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=people.city_director, at=at(2026, 1, 5), reason="首次启用")
    with clock.at(NOW):
        yield


@pytest.fixture
def pilot(people):
    return old_pilot(people)


def ask_page(district):
    return reverse("portal:record_ask", args=[district.code])


def keys(district, *missing):
    found = gaps(district)
    return [found[one].asked.key for one in missing or found]


def asked_for(client, people, district, *missing, day=DAY, **kw):
    """The request that the officer makes in the browser."""
    client.force_login(people.city_officer)
    given = {"lines": keys(district, *missing), "due": day.isoformat(), "words": "", **kw}
    answer = client.post(ask_page(district), given)
    assert answer.status_code == 302, strip_tags(answer.content.decode())
    return RecordRequest.objects.filter(district=district).latest("pk")


def page_of(request):
    return reverse("portal:record_request", args=[request.pk])


def read(client, user, page):
    client.force_login(user)
    return strip_tags(client.get(page).content.decode())


def line_of(request, missing):
    return request.lines.get(key__startswith=f"{missing}:")


def answered(client, user, line, answer="unknown", text="档案已移交，查无记录（虚构）"):
    client.force_login(user)
    request = line.request
    form = client.get(page_of(request)).context.get("form")
    shown = {name: form[name].value() or "" for name in form.fields} if form else {}
    return client.post(page_of(request), shown | {f"answer-{line.pk}": answer, f"text-{line.pk}": text})


def owed(user=None, on=None):
    return [row for row in due(Viewer(user, as_of=on)) if row.kind == KIND]


@pytest.mark.parametrize("number", [1, 3])
def test_the_officer_asks_and_the_preparer_finds_it_on_the_desk_until_all_of_it_is_there(client, people, pilot, number):
    things = (Missing.AREA, Missing.PLOTS, Missing.WORKS)[:number]
    client.force_login(people.city_officer)
    assert ask_page(pilot) in client.get(reverse("portal:takeover")).content.decode()
    form = client.get(ask_page(pilot)).context["form"]
    assert form["lines"].value() == keys(pilot), "all of it is ticked"
    request = asked_for(client, people, pilot, *things, words="请先看移交清单")
    title = f"补录：没有登记片区范围{'等3项' if number == 3 else ''}"
    desk = read(client, people.preparer, reverse("portal:workdesk"))
    assert (title in desk, "2026年12月11日" in desk) == (True, True)
    [row] = [row for row in obligations_visible_to(Viewer(people.preparer)) if row.kind == KIND]
    assert (row.due, row.to, row.cite, row.rule, row.link) == (DAY, "市住房城乡建设管理委", "平台规则", "", page_of(request))
    page = client.get(row.link).content.decode()
    for gap in (gaps(pilot)[one] for one in things):
        assert gap.href.replace("&", "&amp;") in page
    assert "请先看移交清单" in page
    mends = (
        lambda: keep(pilot, 1, "area"),
        lambda: PlotFactory(district=pilot, buildable=True),
        lambda: WorkFactory(district=pilot, main=True),
    )
    for done, mend in enumerate(mends[:number], 1):
        mend()
        page = read(client, people.preparer, page_of(request))
        assert (f"{number}项已办结{done}项" in page, page.count("已补") >= done) == (True, True)
        assert bool(owed()) == (done < number)
    assert client.get(page_of(request)).context["state"] == RequestState.DONE, "without anybody's act"
    assert title not in read(client, people.preparer, reverse("portal:workdesk"))


def test_the_page_of_progress_and_its_workbook_say_what_was_asked(client, people, pilot):
    other = old_pilot(people, "演示又一旧城（虚构）")
    asked_for(client, people, pilot, Missing.AREA, Missing.PLOTS)
    keep(pilot, 1, "area")
    words = "2026年12月11日（暂定）前，2项已办结1项"
    page = client.get(reverse("portal:takeover")).content.decode()
    assert (words in page, ask_page(pilot) in page, ask_page(other) in page) == (True, False, True)
    told = {row[1]: row[9] for row in list(_book(client).active.values)[3:]}
    assert (told[pilot.name], told[other.name]) == (f"{words}（补录中）", "")
    with clock.at(at(2026, 12, 14)):
        client.force_login(people.city_officer)
        assert f"{words}（补录中，逾期）" in {row[9] for row in _book(client).active.values if len(row) > 9}
    for seat in ("city_director", "preparer", "authority"):
        client.force_login(getattr(people, seat))
        page = client.get(reverse("portal:takeover")).content.decode()
        assert (words in page, "/ask/" in page) == (True, False), seat


def _book(client):
    return openpyxl.load_workbook(BytesIO(client.get(reverse("portal:takeover_export")).content))


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"lines": []}, "lines", "请选择请城区补录的内容"),
        ({"lines": ["area:", "checks:1999"]}, "lines", "所选内容有的刚刚补上"),
        ({"due": ""}, "due", "必填"),
        ({"due": "2026-11-20"}, "due", "期限须晚于今天"),
        ({"due": "2026-11-19"}, "due", "期限须晚于今天"),
        ({"due": "2026-12-12"}, "due", "2026年12月12日是休息日，下一个工作日是2026年12月14日"),
        ({"due": "9999-12-31"}, "due", "年之间"),
        ({"due": "后天"}, "due", "日期"),
        ({"words": "长" * 501}, "words", "500"),
    ],
)
def test_a_request_is_refused_at_the_field_and_keeps_what_was_typed(officer, pilot, given, field, words):
    answer = officer.post(ask_page(pilot), {"lines": ["area:"], "due": DAY.isoformat(), "words": "请尽快", **given})
    assert answer.status_code in {409, 422}
    form = answer.context["form"]
    assert (list(form.errors), words in str(form.errors[field])) == ([field], True)
    assert form["words"].value() == given.get("words", "请尽快")
    assert not RecordRequest.objects.exists()


def test_one_request_stands_open_at_a_time_and_the_refusal_leads_there(client, people, pilot):
    first = asked_for(client, people, pilot, Missing.AREA)
    shown = client.get(ask_page(pilot))
    assert (page_of(first) in shown.content.decode(), "<textarea" in shown.content.decode()) == (True, False)
    refused = client.post(ask_page(pilot), {"lines": keys(pilot, Missing.PLOTS), "due": DAY.isoformat()})
    assert refused.status_code == 409
    assert f'<a href="{page_of(first)}">查看这一请求</a>' in refused.content.decode()
    keep(pilot, 1, "area")
    second = asked_for(client, people, pilot, Missing.PLOTS)
    assert second != first
    assert [row.link for row in owed()] == [page_of(second)]


def test_nobody_is_asked_where_nobody_prepares(client, people, pilot):
    Post.objects.filter(organisation=people.applicant_body, role="preparer").delete()
    client.force_login(people.city_officer)
    answer = client.post(ask_page(pilot), {"lines": ["area:"], "due": DAY.isoformat()})
    assert (answer.status_code, "没有人收到" in answer.content.decode()) == (409, True)
    District.objects.filter(pk=pilot.pk).update(applicant=None)
    shown = client.get(ask_page(pilot)).content.decode()
    refused = client.post(ask_page(pilot), {"lines": ["area:"], "due": DAY.isoformat()}).content.decode()
    assert "<textarea" not in shown, "said before anything is typed"
    for page in (shown, refused):
        assert f'<a href="{reverse("districts:act_record", args=[pilot.code, "applicant"])}">登记申报主体</a>' in page
    assert not RecordRequest.objects.exists()


def test_what_cannot_be_found_is_answered_with_a_reason_and_may_be_put_right(client, people, pilot):
    request = asked_for(client, people, pilot, Missing.AREA, Missing.TITLE)
    area, title = (line_of(request, one) for one in (Missing.AREA, Missing.TITLE))
    for answer, text, name, words in (
        ("unknown", "", f"text-{area.pk}", "请写明查不到的理由"),
        ("", "查过档案", f"answer-{area.pk}", "请选择“查不到”"),
        ("told", "东至某路", f"answer-{area.pk}", "列出的答复"),
    ):
        refused = answered(client, people.preparer, area, answer, text)
        assert refused.status_code in {409, 422}
        form = refused.context["form"]
        assert (list(form.errors), words in str(form.errors[name])) == ([name], True)
        assert form[f"text-{area.pk}"].value() == text
    assert answered(client, people.preparer, area).status_code == 302
    assert len(owed()) == 1
    assert "由市级经办登记，知道的请在这里告知" in read(client, people.preparer, page_of(request))
    assert answered(client, people.preparer, title, "told", "2015年6月公告（虚构）").status_code == 302
    assert owed() == []
    page = read(client, people.city_officer, page_of(request))
    assert ("已办结" in page, "告知内容：2015年6月公告（虚构）" in page, "查不到：档案已移交" in page) == (True, True, True)
    assert answered(client, people.preparer, area, "unknown", "另在区档案馆查过（虚构）").status_code == 302
    refused = answered(client, people.preparer, area, "", "")
    assert refused.status_code in {409, 422}
    area.refresh_from_db()
    assert (area.answer, area.text, area.answered_by) == ("unknown", "另在区档案馆查过（虚构）", people.preparer)
    client.force_login(people.city_officer)
    assert area.key not in client.get(ask_page(pilot)).context["form"]["lines"].value(), "not asked again by itself"
    assert "上次答复查不到" in client.get(ask_page(pilot)).content.decode()
    keep(pilot, 1, "area")
    rows = {row.line.pk: row.state.label for row in request_lines(Viewer(people.city_officer), request)[1]}
    assert rows == {area.pk: "已补", title.pk: "已告知"}
    assert AuditRecord.objects.filter(action="records.answer").count() == 3


def test_a_line_of_several_years_is_there_once_all_of_them_are(client, people, pilot):
    request = asked_for(client, people, pilot, Missing.CHECKS)
    record_checks(people, pilot)
    assert owed() == []
    line = line_of(request, Missing.CHECKS)
    assert (line.key, line.words) == ("checks:2023,2024", "2023、2024年度自查无记录")
    HistoricSelfCheck.objects.filter(district=pilot, year=2024).delete()
    assert "现缺：2024年度自查无记录" in read(client, people.preparer, page_of(request))
    assert len(owed()) == 1


def test_the_officer_withdraws_with_a_reason_and_the_duty_goes(client, people, pilot):
    request = asked_for(client, people, pilot, Missing.AREA)
    withdraw = reverse("portal:record_withdraw", args=[request.pk])
    assert withdraw in client.get(page_of(request)).content.decode()
    assert client.post(withdraw, {"withdrawal_reason": "  "}).context["form"].errors["withdrawal_reason"]
    assert len(owed()) == 1
    with clock.at(at(2026, 11, 24)):
        client.force_login(people.city_officer)
        assert client.post(withdraw, {"withdrawal_reason": "改由现场核对（虚构）"}).status_code == 302
        assert owed() == []
        assert len(owed(on=NOW.date())) == 1, "on the day before it was open"
        page = read(client, people.preparer, page_of(request))
        assert ("已撤回" in page, "改由现场核对（虚构）" in page) == (True, True)
        assert answered(client, people.preparer, line_of(request, Missing.AREA)).status_code == 409
        client.force_login(people.city_officer)
        assert client.post(withdraw, {"withdrawal_reason": "再次"}).status_code == 409
        assert asked_for(client, people, pilot, Missing.AREA).pk != request.pk
    told = OutboxMessage.objects.filter(payload__kind=Message.RECORD_REQUEST).order_by("pk").values_list("payload__title", flat=True)
    assert list(told) == [
        f"{pilot.name}：请补录1项资料", f"{pilot.name}：补录请求已撤回，不需要再办理", f"{pilot.name}：请补录1项资料"
    ]  # fmt: skip
    assert set(AuditRecord.objects.filter(action__startswith="records.").values_list("action", flat=True)) == {
        "records.ask", "records.withdraw"
    }  # fmt: skip


def test_a_late_request_is_overdue_by_a_rule_of_the_portal_and_is_not_waived(client, people, pilot):
    request = asked_for(client, people, pilot, Missing.AREA)
    with clock.at(at(2026, 12, 14)):
        [row] = owed()
        assert (row.state(clock.today()), row.is_default_date, row.how.rule) == (ObligationState.OVERDUE, False, "请求定于2026年12月11日")
        page = read(client, people.preparer, page_of(request))
        assert ("逾期" in page, "平台规则" in page) == (True, True)
        client.force_login(people.city_director)
        decide = reverse("obligations:obligation_decide", args=[row.key])
        assert "补录请求不能免" in client.post(decide, {"extended_to": "", "reason": "不再需要"}).content.decode()
        client.post(decide, {"extended_to": "2026-12-25", "reason": "来函商请"})
        assert [one.due for one in owed()] == [dt.date(2026, 12, 25)]
        assert "2026年12月25日" in read(client, people.preparer, page_of(request))


def test_each_seat_sees_and_does_its_part_and_another_district_sees_nothing(client, people, pilot):
    request = asked_for(client, people, pilot, Missing.AREA)
    line = line_of(request, Missing.AREA)
    pages = (ask_page(pilot), page_of(request), reverse("portal:record_withdraw", args=[request.pk]))
    seen = {}
    for seat in (
        "city_officer",
        "city_checker",
        "secretariat",
        "authority",
        "preparer",
        "reviewer",
        "consultant",
        "bureau",
        "outsider_preparer",
    ):
        client.force_login(getattr(people, seat))
        seen[seat] = [client.get(page).status_code for page in pages]
        has_fields = seen[seat][1] == 200 and f"text-{line.pk}" in client.get(pages[1]).content.decode()
        assert has_fields == (seat == "preparer"), seat
        if seat != "preparer":
            assert answered(client, getattr(people, seat), line).status_code == {200: 403}.get(seen[seat][1], 404), seat
    own, outside = [403, 200, 403], [404, 404, 404]
    assert seen == {
        "city_officer": [200, 200, 200],
        **dict.fromkeys(("city_checker", "secretariat", "authority", "preparer", "reviewer", "consultant"), own),
        **dict.fromkeys(("bureau", "outsider_preparer"), outside),
    }
    for seat in ("bureau", "outsider_preparer"):
        assert not [row for row in obligations_visible_to(Viewer(getattr(people, seat))) if row.kind == KIND]
    client.force_login(people.preparer)
    assert client.post(pages[0], {"lines": ["area:"], "due": DAY.isoformat()}).status_code == 403
    assert client.post(pages[2], {"withdrawal_reason": "不想办"}).status_code == 403
    assert not RequestedRecord.objects.exclude(answer="").exists()


def test_a_fictional_district_is_marked_and_a_real_one_is_not(client, people, pilot):
    request = asked_for(client, people, pilot, Missing.AREA)
    assert [row.is_demo for row in owed()] == [True]
    assert "演示数据" in read(client, people.city_officer, page_of(request))
    District.objects.filter(pk=pilot.pk).update(is_demo=False)
    assert [row.is_demo for row in owed()] == [False]
    assert "演示数据" not in read(client, people.city_officer, page_of(request))


def test_a_request_ends_with_the_title(client, people, pilot):
    request = asked_for(client, people, pilot, Missing.AREA)
    District.objects.filter(pk=pilot.pk).update(stage=Stage.CANCELLED)
    assert owed() == []
    assert "称号已终止" in read(client, people.city_officer, page_of(request))
    assert client.get(ask_page(pilot)).status_code == 404


def test_every_line_leads_where_it_is_added_or_names_who_adds_it(client, people, pilot):
    request = asked_for(client, people, pilot)
    client.force_login(people.preparer)
    for row in request_lines(Viewer(people.preparer), request)[1]:
        [gap] = row.gaps
        assert bool(gap.href) == (gap.mender in OWN_SIDE), gap
        if gap.href:
            assert client.get(gap.href).status_code == 200
    assert f"由{Mender.AUTHORITY.label}登记" in read(client, people.preparer, page_of(request))


def test_three_districts_are_read_with_the_queries_of_one(client, people):
    counts = []
    for name in ("演示甲旧城（虚构）", "演示乙旧城（虚构）", "演示丙旧城（虚构）"):
        asked_for(client, people, old_pilot(people, name), Missing.AREA, Missing.PLOTS)
        owed()
        with CaptureQueriesContext(connection) as asked:
            assert len(owed()) == len(counts) + 1
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]
