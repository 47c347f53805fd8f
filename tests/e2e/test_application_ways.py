"""Ways of an application in the browser: committee, two areas, return and two rounds, withdrawal, objection during the notice."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import PreReviewQuestion
from greendistrict.accounts.enums import OrganisationKind
from tests.e2e.steps.cases import at, calendar, endorse, page, scans, send_up, submit
from tests.e2e.steps.seats import desk, take
from tests.e2e.test_contested import CODE
from tests.e2e.test_opinions import look
from tests.factories.accounts import cast, make_organisation
from tests.factories.approvals import Filing

pytestmark = [
    pytest.mark.area("approvals/applications", "approvals/casework", "approvals/publicity", "approvals/bulk", "outreach/opinions"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def scan(tmp_path):
    """A file to upload; every call another one."""
    return scans(tmp_path)


def test_a_committee_that_is_applicant_and_implementing_body(local_browser, live_server, album, scan, people):
    filing = Filing(people)
    people.applicant_body.name = "演示新城管委会（虚构）"
    people.applicant_body.save()
    filing.district.authorities.add(people.applicant_body)
    with desk(local_browser, live_server, album, people) as seats:
        preparer = seats["preparer"]
        preparer.open(page("case", filing.case))
        preparer.follow("批复单位")
        preparer.page.get_by_role("radio", name="所在区政府（申报主体为管委会）").check()
        preparer.fill({"理由": "管委会是申报主体，也是实施主体"})
        preparer.shoot("mode")
        preparer.press("保存")
        submit(seats, filing.case)
        send_up(seats, filing.case, scan)
        officer = seats["city_officer"]
        officer.open(page("case", filing.case), "须先核对批复原件")
        officer.follow("核对批复原件")
        officer.fill({"核对了哪些原件": "所在区政府批复原件和管委会集体研究纪要"})
        officer.press("核对批复原件")
        take(officer, "受理", {})
        officer.see("已受理")
        officer.shoot("accepted")
    assert Case.objects.get().originals_checked_by == people.city_officer


def test_a_district_over_two_areas_needs_both_approvals(local_browser, live_server, album, scan, people):
    filing = Filing(people)
    other = make_organisation(OrganisationKind.AUTHORITY, "演示乙区人民政府（虚构）")
    filing.district.authorities.add(other)
    with desk(local_browser, live_server, album, people) as seats:
        submit(seats, filing.case)
        authority = seats["authority"]
        endorse(seats, filing.case, scan, people.authority_body.pk)
        authority.open(page("case", filing.case), "演示乙区人民政府（虚构）：缺批复文号")
        authority.shoot("one-of-two")
        endorse(seats, filing.case, scan, other.pk)
        authority.open(page("case", filing.case))
        take(authority, "报送", {})
        officer = seats["city_officer"]
        officer.open(page("case", filing.case))
        take(officer, "受理", {})
        officer.open(page("case_catalogue", filing.case), "区政府（管委会）批复", "必交10项")
        officer.shoot("catalogue")
    assert Case.objects.get().endorsements.count() == 2


def test_return_correction_wider_second_round_and_questions(local_browser, live_server, album, scan, people):
    filing = Filing(people)
    with desk(local_browser, live_server, album, people) as seats:
        officer, preparer = seats["city_officer"], seats["preparer"]
        submit(seats, filing.case)
        at(seats, "authority", filing.case, "退回申报主体", {"理由": "批复范围与规划范围不一致"})
        seats["authority"].see("已办理：退回申报主体")
        preparer.open(page("case", filing.case), "批复范围与规划范围不一致")
        submit(seats, filing.case)
        send_up(seats, filing.case, scan)
        officer.open(page("case_correct", filing.case))
        officer.fill({"第1条材料项": "试点申报表", "第1条问题": "未盖章", "第2条条文号": "4.2.1", "第2条问题": "口径不明"})
        officer.press("发出补正告知")
        preparer.open(page("case_answer", filing.case))
        preparer.fill({"第1条答复": "已盖章", "第1条新材料": scan("申请表"), "第2条答复": "按规划口径"})
        preparer.press("保存答复", "申请表")
        preparer.shoot("answers")
        at(seats, "reviewer", filing.case, "提交补正")
        officer.open(page("case_correct", filing.case), "第二次补正只核对第一次提出的内容")
        director = seats["city_director"]
        director.open(page("case_open_wider", filing.case))
        director.fill({"理由": "权属材料在第一次补正后更换"})
        director.press("保存")
        officer.open(page("case_correct", filing.case), "审定人已放开这一次补正的范围")
        officer.fill({"第1条材料项": "地块出让或划拨证明", "第1条问题": "缺一块地"})
        officer.press("发出补正告知")
        preparer.open(page("case_answer", filing.case))
        preparer.fill({"第1条答复": "已补齐"})
        preparer.press("保存答复")
        at(seats, "reviewer", filing.case, "提交补正")
        at(seats, "city_officer", filing.case, "受理")
        officer.open(page("case_questions", filing.case))
        officer.fill({"第1条材料项": "绿色生态专业规划", "第1条问题": "能源来源"})
        officer.press("提出")
        preparer.open(reverse("portal:workdesk"), "预评审问题待答复1个")
        preparer.open(page("case_questions", filing.case))
        preparer.fill({"第1问答复": "见专业规划第3章"})
        preparer.press("保存答复")
        preparer.shoot("questions")
    assert PreReviewQuestion.objects.get().answered_by == people.preparer
    assert Case.objects.get().corrections.count() == 2


def test_an_application_is_withdrawn_and_filed_afresh(local_browser, live_server, album, people):
    filing = Filing(people).to_accepted()
    with desk(local_browser, live_server, album, people) as seats:
        reviewer, preparer = seats["reviewer"], seats["preparer"]
        reviewer.open(page("case", filing.case))
        take(reviewer, "撤回申报", {"理由": "规划调整"})
        reviewer.see("已撤回")
        reviewer.shoot("withdrawn")
        preparer.open(reverse("approvals:case_start"))
        preparer.fill({"城区": filing.district.name, "申报星级": "二星级"})
        preparer.press("建立", "已建立试点申报")
        officer = seats["city_officer"]
        officer.open(reverse("approvals:bulk_cases", args=["archive"]), "存查，仍可查阅")
        officer.press("批量存查", "已办理1件")
        officer.shoot("archived")
    assert [case.status for case in Case.objects.order_by("pk")] == ["withdrawn", "draft"]


def test_an_objection_that_holds_prolongs_the_notice(local_browser, live_server, album, settings, tmp_path):
    day = calendar(settings, tmp_path)
    day(dt.date(2026, 11, 20))
    people = cast()
    filing = Filing(people).to_notice()
    notice = filing.case.notices.get()
    with desk(local_browser, live_server, album, people) as seats:
        stranger = seats.visitor(size=(390, 844))
        stranger.open(reverse("approvals:notice", args=[notice.pk]))
        stranger.follow("提出异议", exact=True)
        stranger.fill({"姓名或单位": "演示居民", "意见": "地块数与公示不符"})
        stranger.press("提交意见", "已收到", notice.title)
        code = CODE.search(stranger.page.content())[0]
        officer = seats["city_officer"]
        officer.open(page("case", filing.case))
        officer.follow("答复", exact=True)
        officer.fill({"答复": "属实，已更正"})
        officer.page.get_by_role("radio", name="成立", exact=True).check()
        with officer.page.expect_navigation():
            officer.page.locator("main form button[type=submit]").first.click()
        look(stranger, code, "已答复", "属实，已更正", notice.title)
        stranger.shoot("objection-phone")
        day(notice.closes_on + dt.timedelta(days=1))
        officer.open(page("case", filing.case), "有1条意见成立，须延长公示")
        officer.follow("延长公示")
        officer.fill({"理由": "已更正地块数，继续公示"})
        officer.press("保存")
        officer.shoot("prolonged")
        last = filing.case.notices.get().closes_on
        day(last + dt.timedelta(days=1))
        at(seats, "city_officer", filing.case, "公示结束，提交审核")
    assert last > notice.closes_on
    assert filing.fresh().status == "checking"
