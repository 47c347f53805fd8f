"""A training in the browser: announced, signed up for to the last place, the waiting list moves up, attendance, the district's ledger."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from districts.common.enums import Stage
from greendistrict.core import clock
from operation.trainings.models import TrainingSession
from outreach.exchange.models import ExchangeEvent
from tests.e2e.steps.seats import desk
from tests.factories.districts import make_district

pytestmark = [
    pytest.mark.area("outreach/exchange", "operation/ledger", "operation/trainings"),
    pytest.mark.django_db(transaction=True),
]
TITLE = "运营管理培训（虚构）"


def announced(officer, checker):
    """The event as it was written and published in the browser; the day is today."""
    today = clock.today().isoformat()
    officer.open(reverse("outreach:event_list"))
    officer.fill({"形式": "培训", "名称": TITLE})
    officer.press("建立")
    event = ExchangeEvent.objects.get()
    officer.fill({"内容": "运营管理的做法（虚构）", "地点": "演示会议中心（虚构）", "开始日期": today, "名额": "1"})
    officer.fill({"报名范围": "公众", "培训对象": "管理人员"})
    officer.press("保存")
    officer.fill({"日期": today, "开始时间": "09:00", "结束时间": "11:30", "议题": "开班（虚构）"})
    officer.press("添加议程", "开班（虚构）")
    officer.shoot("written", axe=True)
    checker.open(reverse("outreach:event", args=[event.pk]))
    checker.step("发布", "已发布", "JL-")
    return event


def took_the_last_place(visitor):
    """The secret code of somebody without account and script."""
    visitor.open(reverse("outreach:events"))
    visitor.follow(TITLE, "开班（虚构）", "还有1个")
    visitor.shoot("public")
    visitor.follow("报名", exact=True)
    visitor.fill({"姓名": "张三（虚构）", "联系方式": "13800001234"})
    visitor.press("提交报名", "报名已收到", "已报上")
    return re.search(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){4}", visitor.text())[0]


def gave_it_back(visitor, code):
    visitor.open(reverse("outreach:sign_up_receipt"))
    visitor.fill({"查询码": code})
    visitor.press("查看")
    visitor.press("取消报名", "报名已取消")


def was_held(officer, preparer, page, district):
    """The organiser marks who came, who came rates, the organiser closes."""
    officer.open(page, "138****1234", "已取消")
    officer.step("登记已举办")
    officer.page.get_by_role("checkbox", name=re.compile(district.name)).check()
    officer.fill({"活动评价": "组织有序（虚构）"})
    officer.press("保存到场和评价", "1人，报名成功1人")
    officer.shoot("held", axe=True)
    preparer.open(page)
    preparer.page.get_by_role("radio", name="满意", exact=True).check()
    preparer.press("提交评价")
    officer.open(page)
    officer.step("办结")


def test_a_training_from_its_announcement_to_the_ledger(local_browser, live_server, album, people):
    district = make_district(people, name="演示培训城区（虚构）", stage=Stage.PILOT, titled_on=dt.date(2021, 5, 6))
    with desk(local_browser, live_server, album, people) as seats:
        officer, checker, preparer = seats["city_officer"], seats["city_checker"], seats["preparer"]
        event = announced(officer, checker)
        page, public = reverse("outreach:event", args=[event.pk]), reverse("outreach:event_public", args=[event.pk])
        visitor = seats.visitor()
        code = took_the_last_place(visitor)
        preparer.open(page)
        preparer.fill({"代表的城区": district.name})
        preparer.press("报名", "候补", "第1位")
        gave_it_back(visitor, code)
        preparer.open(page, "已报上", f"代表{district.name}")
        was_held(officer, preparer, page, district)
        preparer.open(page)
        preparer.press("记入运营台账", "参加1人")
        session = TrainingSession.objects.get()
        assert (session.attended, session.rating, session.title) == (1, 100, TITLE)
        preparer.open(reverse("operation:ledger", args=[district.code, session.year]), TITLE)
        phone = seats.phone("city_officer")
        for title, address in (("phone-public", public), ("phone", page)):
            phone.open(address)
            phone.shoot(title, axe=True)
