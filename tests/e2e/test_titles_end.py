"""How titles end and deadlines move, in the browser: failed acceptance to cancellation, revocation, extension of a term."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.models import Case, Title
from approvals.services import losses
from districts.models import District
from greendistrict.core import clock
from tests.e2e.steps.seats import desk, take
from tests.factories.acceptance import Accepting, Losing, make_pilot, record_failures
from tests.factories.accounts import cast
from tests.factories.approvals import Filing

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
GROUNDS = {"事实": "两个近期重点项目未投用", "依据": "沪住建规范联〔2023〕13号八（三）"}


def case_page(case):
    return reverse("approvals:case", args=[case.pk])


def announce(seats, number):
    """The officer puts the case into a batch, the director approves it, the officer publishes it."""
    officer, director = seats["city_officer"], seats["city_director"]
    officer.open(reverse("approvals:announcement_list"))
    officer.press("列入新批次")
    batch = officer.page.url
    director.open(batch)
    director.press("审定")
    officer.open(batch)
    officer.fill({"公告文号": number, "公告日期": clock.today().isoformat()})
    officer.press("公告")


def test_a_failed_acceptance_is_told_heard_and_cancelled(local_browser, live_server, album):
    failed = Accepting().to_failed()
    with desk(local_browser, live_server, album, failed.people) as seats:
        officer = seats["city_officer"]
        officer.open(reverse("portal:workdesk"))
        officer.see("终期验收不通过，建议取消试点称号")
        officer.open(case_page(failed.case))
        officer.shoot("failed-acceptance")
        officer.press("办理取消")
        officer.fill(GROUNDS)
        officer.press("保存")
        take(officer, "提交审核")
        case = Case.objects.get(kind="CX")
        walk = Losing.__new__(Losing)
        walk.people, walk.case = failed.people, case
        walk.do(losses.loss_agree, "city_checker")
        officer.open(case_page(case))
        take(officer, "登记事先告知", {"告知书文号": "演告〔2026〕1号", "送达日期": clock.today().isoformat()})
        reviewer = seats["reviewer"]
        reviewer.open(case_page(case))
        reviewer.shoot("told")
        take(reviewer, "提交陈述申辩", {"陈述申辩的意见和理由": "两个项目已进入收尾，请求宽限三个月"})
        walk.fresh()
        walk.do(losses.loss_to_legal, "city_officer", considered="收尾不等于投用，不予采纳")
        legal = seats["city_legal"]
        legal.open(case_page(case))
        take(legal, "法制审核通过", {"法制审核意见": "事实清楚，证据充分，依据正确，程序合法"})
        given = {"minutes_number": "演纪1", "discussed_on": clock.today(), "discussed_by": "演示主任等5人", "discussion": "同意取消"}
        walk.do(losses.loss_discuss, "city_officer", **given)
        director = seats["city_director"]
        director.open(case_page(case))
        take(director, "审定取消或撤销", {"决定文号": "演决〔2026〕1号"})
        officer.open(case_page(case))
        take(officer, "登记送达", {"送达日期": clock.today().isoformat(), "签收人": "演示签收人"})
        announce(seats, "演沪建公告〔2026〕9号")
        officer.see("取消称号", "演决〔2026〕1号")
        officer.shoot("cancelled")
        officer.open(case_page(case))
        officer.shoot("loss-announced")
    district = District.objects.get(pk=failed.district.pk)
    assert (district.stage, Title.objects.get().end, Case.objects.get(pk=case.pk).status) == ("cancelled", "cancelled", "announced")


def test_a_revocation_on_failures_of_2025_and_2028(local_browser, live_server, album, settings, tmp_path):
    settings.CLOCK_FILE = str(tmp_path / "clock")
    (tmp_path / "clock").write_text("2028-07-03T09:30:00+08:00", encoding="utf-8")
    people = cast()
    district = make_pilot(people, name="演示撤销城区（虚构）")
    record_failures(district, people.city_officer, dt.date(2025, 6, 18))
    with desk(local_browser, live_server, album, people) as seats:
        officer = seats["city_officer"]
        officer.open(reverse("approvals:loss_list"))
        officer.see("没有连续两次不合格的城区")
        officer.open(reverse("approvals:assessment_record", args=[district.code]))
        officer.fill({"类别": "阶段评估", "结论日期": "2028-06-16", "出处": "演示评估意见〔2028〕6号"})
        officer.page.get_by_role("radio", name="不合格").check()
        officer.press("补录")
        officer.open(reverse("approvals:loss_list"))
        officer.shoot("candidates")
        officer.press("办理撤销")
        officer.fill({"事实": "两次阶段评估均不合格", "依据": "沪住建规范联〔2023〕13号八（四）"})
        officer.press("保存")
        officer.see("未按照绿色生态相关要求实施")
        assert officer.page.get_by_role("radio", name="提交审核").first.is_disabled()
        officer.follow("填写事实和依据")
        officer.fill({"未按照绿色生态相关要求实施的认定": "未按专业规划实施，见监督检查记录3份"})
        officer.press("保存")
        take(officer, "提交审核")
        walk = Losing.__new__(Losing)
        walk.people, walk.case = people, Case.objects.get(kind="CX")
        walk.do(losses.loss_agree, "city_checker").do(losses.loss_tell, "city_officer", number="演告2", told_on=clock.today())
        reviewer = seats.phone("reviewer")
        reviewer.open(case_page(walk.case))
        reviewer.shoot("told-phone")
        take(reviewer, "提交陈述申辩", {"陈述申辩的意见和理由": "已制定整改方案"})
        walk.fresh()
        walk.do(losses.loss_to_legal, "city_officer", considered="不予采纳").do(losses.loss_legal_agree, "city_legal", reason="程序合法")
        given = {"minutes_number": "演纪2", "discussed_on": clock.today(), "discussed_by": "演示主任等5人", "discussion": "同意撤销"}
        walk.do(losses.loss_discuss, "city_officer", **given)
        director = seats["city_director"]
        director.open(case_page(walk.case))
        director.see("2025年6月18日", "2028年6月16日")
        take(director, "审定取消或撤销", {"决定文号": "演决〔2028〕1号"})
        walk.fresh()
        walk.do(losses.loss_serve, "city_officer", served_on=clock.today(), served_way="直接送达", served_to="演示签收人")
        announce(seats, "演沪建公告〔2028〕3号")
        officer.see("撤销称号")
        officer.shoot("revoked")
    district.refresh_from_db()
    title = Title.objects.get()
    assert (district.stage, title.end, title.ended_on, title.granted_on) == ("revoked", "revoked", clock.today(), dt.date(2022, 6, 15))


def test_an_extension_is_asked_granted_and_the_deadline_moves(local_browser, live_server, album):
    filing = Filing().to_correcting()
    due = filing.case.corrections.get().due
    until = due + dt.timedelta(days=14)
    with desk(local_browser, live_server, album, filing.people) as seats:
        reviewer = seats["reviewer"]
        reviewer.open(case_page(filing.case))
        reviewer.follow("申请延期")
        reviewer.fill({"申请延至": due.isoformat(), "理由": "外业资料尚未返回"})
        reviewer.press("延期申请", expected=409)
        reviewer.see("须晚于原期限")
        reviewer.fill({"申请延至": until.isoformat()})
        reviewer.press("延期申请")
        officer = seats["city_officer"]
        officer.open(reverse("portal:workdesk"))
        officer.see("延期申请待核对")
        officer.open(case_page(filing.case))
        officer.shoot("extension")
        officer.press("报审定")
        director = seats["city_director"]
        director.open(case_page(filing.case))
        director.press("同意延期")
        reviewer.open(case_page(filing.case))
        reviewer.see(f"{until.year}年{until.month}月{until.day}日", "已同意延期")
    assert filing.case.corrections.get().due == until
