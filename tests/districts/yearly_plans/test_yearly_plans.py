"""The yearly implementation plan: its life by role, what it must say, last year beside it, who is told, what waits for whom."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from districts.facts.facts import district_facts
from districts.overview.selectors.tasks import tasks_for
from districts.yearly_plans import services
from districts.yearly_plans.models import ImplementationPlan, PlanItem
from districts.yearly_plans.selectors import schedule_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import Closed, Refused, Stale
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import take
from tests.factories.accounts import make_user
from tests.factories.districts import make_district
from tests.files import pdf
from tests.refusing import refuses
from tests.steps import REASON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
DAY = dt.date(2026, 11, 20)


@pytest.fixture
def plan(people, district):
    made = services.open_plan(authority=people.authority_body, year=2027, by=people.authority)
    add(made, people, district)
    return made


def work(district, **changed):
    values = {"district": district, "work": "planning", "name": "编制专业规划", "money": Decimal(120)}
    return {**values, "start": dt.date(2027, 1, 1), "finish": dt.date(2027, 9, 30), **changed}


def add(plan, people, district, **changed):
    return services.save_item(plan=plan, values=work(district, **changed), by=people.authority)


def step(plan, action, by, **more):
    plan.refresh_from_db()
    return take(obj=plan, action=action, by=by, version=plan.version, **more)


def page(plan, name="implementation_plan_edit", **kw):
    return reverse(f"districts:{name}", kwargs={"pk": plan.pk, **kw})


def test_filed_returned_and_filed_again(people, district, plan):
    def counts():  # as listed, only while the plan is with the city
        return district_facts(district, dt.date(2027, 2, 1))["in_implementation_plan"].value

    assert counts() is False
    step(plan, "file", people.authority)
    assert (plan.status, plan.filed_on, counts()) == ("filed", DAY, True)
    refuses(Closed, add, plan, people, district, name="另一项")
    step(plan, "return", people.city_officer, reason="缺少更新城区")
    assert (plan.status, plan.filed_on, counts()) == ("returned", None, False)
    add(plan, people, district, name="区域更新", work="renewal")
    step(plan, "file", people.authority)
    step(plan, "note", people.city_officer)
    assert (plan.status, plan.filed_on) == ("noted", DAY)
    assert OutboxMessage.objects.filter(kind="notification", key__startswith="note:implementation_plan:").count() == 5 - 1
    assert AuditRecord.objects.filter(action__startswith="implementation_plan.").count() == 4


def test_what_is_missing_is_said_at_once(people, district):
    plan = services.open_plan(authority=people.authority_body, year=2027, by=people.authority)
    refuses("尚无工作", step, plan, "file", people.authority)
    add(plan, people, district, money=None, start=None)
    with pytest.raises(Refused) as caught:
        step(plan, "file", people.authority)
    assert [refusal.text for refusal in caught.value.refusals] == ["没有填资金：编制专业规划", "没有填进度：编制专业规划"]
    assert plan.status == "draft"


def test_only_own_districts_once_each_with_sound_figures(people, district, plan):
    foreign = make_district(name="演示外区（虚构）")
    wrong = [(foreign, {}, "不由本单位实施"), (district, {}, "已经列入"), (district, {"name": "负数", "money": Decimal(-1)}, "不能小于0")]
    for whose, changed, words in wrong:
        refuses(words, add, plan, people, whose, **changed)
    with pytest.raises((Refused, ValidationError)):
        add(plan, people, district, name="倒置", start=dt.date(2027, 9, 1), finish=dt.date(2027, 1, 1))
    refuses("已经有了", services.open_plan, authority=people.authority_body, year=2027, by=people.authority)
    with pytest.raises(IntegrityError), transaction.atomic():
        ImplementationPlan.objects.filter(pk=plan.pk).update(status="nonsense")


def test_a_stale_work_is_told_and_the_list_of_districts_follows_the_works(people, district, plan):
    item = plan.items.get()
    services.save_item(plan=plan, values={"money": Decimal(90)}, by=people.authority, item=item, version=0)
    refuses(Stale, services.save_item, plan=plan, values={"money": Decimal(80)}, by=people.authority, item=item, version=0)
    assert list(plan.districts.all()) == [district]
    services.drop_item(item=plan.items.get(), by=people.authority)
    assert list(plan.districts.all()) == []


def test_a_draft_goes_away_a_filed_plan_does_not(people, plan):
    step(plan, "file", people.authority)
    step(plan, "recall", people.authority)
    refuses("上报过", services.drop_plan, plan=plan, by=people.authority)
    draft = services.open_plan(authority=people.authority_body, year=2029, by=people.authority)
    services.drop_plan(plan=draft, by=people.authority)
    assert not ImplementationPlan.objects.filter(year=2029).exists()


def test_last_year_is_taken_over_and_compared(client, people, district):
    before = services.open_plan(authority=people.authority_body, year=2026, by=people.authority)
    add(before, people, district, name="跨年道路", work="works", start=dt.date(2026, 3, 1), finish=dt.date(2027, 6, 30))
    add(before, people, district, name="当年事项", finish=dt.date(2026, 12, 1), start=None)
    plan = services.open_plan(authority=people.authority_body, year=2027, by=people.authority, copy_last=True)
    item = plan.items.get()
    assert (item.name, item.money) == ("跨年道路", Decimal(120))
    values = {"money": Decimal(150), "finish": dt.date(2027, 10, 1)}
    services.save_item(plan=plan, values=values, by=people.authority, item=item, version=0)
    add(plan, people, district, name="新事项", work="apply")
    client.force_login(people.authority)
    shown = client.get(page(plan)).content.decode()
    for words in ("新列1项", "续列1项", "未再列入1项", "资金240.00→270.00万元", "30.00", "2027年6月30日 → 2027年10月1日"):
        assert words in shown, words


def test_pages_lead_from_the_beginning_to_filing(client, people, district):
    client.force_login(people.authority)
    made = client.post(reverse("districts:implementation_plan_create"), {"year": "2027"})
    plan = ImplementationPlan.objects.get()
    assert made["Location"] == page(plan)
    assert "尚无工作" in client.get(page(plan)).content.decode()
    values = {"district": district.pk, "work": "apply", "name": "申报试点", "money": "3000", "start": "2027-01-01", "finish": "2027-12-31"}
    wrong = client.post(page(plan, "plan_item_create"), {**values, "money": "三十"})
    assert (wrong.status_code, "请填数字" in wrong.content.decode()) == (422, True)
    assert client.post(page(plan, "plan_item_create"), values).status_code == 302
    file = SimpleUploadedFile("计划.pdf", pdf(), "application/pdf")
    assert client.post(page(plan, "implementation_plan_document"), {"upload": file}).status_code == 302
    filing = {"action": "file", "version": "2"}
    assert "列入城区1个、工作1项，资金3,000.00万元" in client.post(page(plan, "implementation_plan_step"), filing).content.decode()
    assert client.post(page(plan, "implementation_plan_step"), filing | {"confirmed": "yes"}).status_code == 302
    assert client.get(page(plan, "plan_item_edit", item_pk=PlanItem.objects.get().pk)).status_code == 200
    closed = client.post(page(plan, "plan_item_edit", item_pk=PlanItem.objects.get().pk), {**values, "version": "0"})
    assert (closed.status_code, ImplementationPlan.objects.get().status) == (410, "filed")


def test_the_desk_tells_what_waits(people, plan):
    def waiting(user):
        return [(task.title, task.due) for task in tasks_for(Viewer(user)) if task.kind == "implementation_plan"]

    due = dt.date(2026, 12, 31)
    assert (waiting(people.authority), waiting(people.city_officer)) == ([("上报年度实施计划", due)], [])
    step(plan, "file", people.authority)
    assert (waiting(people.authority), waiting(people.city_officer)) == ([], [("接收年度实施计划", None)])
    step(plan, "return", people.city_officer, reason="补充")
    assert waiting(people.authority) == [("修改并重新上报年度实施计划", due)]
    ImplementationPlan.objects.all().delete()
    assert waiting(people.authority) == [("编制年度实施计划", due)]
    with clock.at(dt.datetime(2026, 9, 1, tzinfo=clock.SHANGHAI)):
        assert waiting(people.authority) == []


@pytest.mark.parametrize("change", ["add", "change", "drop", "paper"])
def test_nobody_files_works_that_the_page_did_not_show(people, plan, change):
    opened, item = ImplementationPlan.objects.get(), plan.items.get()
    second = make_user("authority", people.authority_body)
    if change == "add":
        services.save_item(plan=plan, values=work(item.district, name="另一项"), by=second)
    elif change == "change":
        services.save_item(plan=plan, values={"money": Decimal(90)}, by=second, item=item, version=item.version)
    elif change == "drop":
        services.drop_item(item=item, by=second)
    else:
        services.keep_document(plan=plan, upload=SimpleUploadedFile("计划.pdf", pdf(), "application/pdf"), by=second)
    refuses(Stale, take, obj=opened, action="file", by=people.authority, version=opened.version)


def test_a_reason_that_is_too_long_comes_back(client, people, plan):
    step(plan, "file", people.authority)
    client.force_login(people.city_officer)
    answer = client.post(page(plan, "implementation_plan_step"), {"action": "return", "version": plan.version, "reason": REASON * 200})
    assert (answer.status_code, REASON * 200 in answer.content.decode()) == (422, True)
    plan.refresh_from_db()
    assert plan.status == "filed"


def test_works_with_both_days_are_drawn_over_the_months_and_the_others_counted(client, people, district, plan):
    plan.items.all().delete()
    client.force_login(people.authority)
    assert client.get(page(plan)).context["schedule"] is None
    add(plan, people, district)
    add(plan, people, district, work="plots", name="没有日期的工作", finish=None)
    shown = client.get(page(plan))
    drawing = str(shown.context["schedule"].drawing)
    assert (drawing.count('class="bar"'), shown.context["schedule"].undated) == (1, 1)
    assert "编制专业规划 2027年1月1日至2027年9月30日" in drawing
    assert "日期未填全的1项不在图上" in shown.content.decode()


@pytest.mark.parametrize(("day", "drawn"), [(dt.date(2026, 12, 31), False), (dt.date(2027, 1, 1), True), (dt.date(2027, 10, 1), False)])
def test_today_is_named_below_the_picture_only_where_it_is_drawn(people, district, plan, day, drawn):
    plan.items.all().delete()
    add(plan, people, district)
    found = schedule_of(list(plan.items.all()), day)
    assert (found.has_today, "今日" in str(found.drawing)) == (drawn, drawn)
