"""Ways of an application in the browser: committee, two areas, return and two rounds, withdrawal, objection during the notice."""

import dataclasses
import datetime as dt

import pytest
from django.urls import reverse

from approvals.models import Case, PreReviewQuestion
from approvals.services import cases, corrections, notices
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.core import clock
from tests.e2e.steps.actor import Actor
from tests.e2e.steps.seats import desk, take
from tests.factories.accounts import cast, make_organisation, make_user
from tests.factories.approvals import Filing, pdf

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NUMBERS = {"批复文号": "演甲府〔2026〕18号", "报送函文号": "演甲建函〔2026〕42号"}


def page(name, case, *more):
    return reverse(f"approvals:{name}", args=[case.pk, *more])


@pytest.fixture
def scan(tmp_path):
    """A file to upload; every call another one."""

    def make(name):
        path = tmp_path / f"{name}.pdf"
        path.write_bytes(pdf().read())
        return path

    return make


def endorse(authority, case, scan, body=""):
    """Numbers, dates and scans of 批复 and 报送函 of one body."""
    authority.open(f"{page('case_endorse', case)}{f'?authority={body}' if body else ''}")
    today = clock.today().isoformat()
    dates = {"批复日期": today, "报送函日期": today}
    authority.fill({**NUMBERS, **dates, "批复扫描件": scan(f"批复{body}"), "报送函扫描件": scan(f"报送函{body}")})
    authority.press("登记")


def test_a_committee_that_is_applicant_and_implementing_body(local_browser, live_server, album, scan):
    people = cast()
    filing = Filing(people)
    people.applicant_body.name = "演示新城管委会（虚构）"
    people.applicant_body.save()
    committee = make_user(Role.AUTHORITY, people.applicant_body, username="committee", name="演示管委会经办")
    filing.district.authorities.set([people.applicant_body])
    with desk(local_browser, live_server, album, dataclasses.replace(people, authority=committee)) as seats:
        preparer = seats["preparer"]
        preparer.open(page("case", filing.case))
        preparer.follow("批复方式")
        preparer.page.get_by_role("radio", name="所在区政府批复（管委会自行申报）").check()
        preparer.fill({"理由": "管委会是申报主体，也是实施主体"})
        preparer.shoot("mode")
        preparer.press("保存")
        filing.fresh()
        filing.to_endorsing()
        endorse(seats["authority"], filing.case, scan)
        seats["authority"].open(page("case", filing.case))
        take(seats["authority"], "报送", {})
        officer = seats["city_officer"]
        officer.open(page("case", filing.case))
        officer.see("须先核对批复原件")
        officer.follow("核对批复原件")
        officer.fill({"核对了哪些原件": "所在区政府批复原件和管委会集体研究纪要"})
        officer.press("核对批复原件")
        take(officer, "受理", {})
        officer.see("已受理")
        officer.shoot("accepted")
    assert Case.objects.get().originals_checked_by == people.city_officer


def test_a_district_over_two_areas_needs_both_approvals(local_browser, live_server, album, scan):
    people = cast()
    filing = Filing(people)
    other = make_organisation(OrganisationKind.AUTHORITY, "演示乙区人民政府（虚构）")
    filing.district.authorities.add(other)
    filing.to_endorsing()
    with desk(local_browser, live_server, album, people) as seats:
        authority = seats["authority"]
        endorse(authority, filing.case, scan, people.authority_body.pk)
        authority.open(page("case", filing.case))
        authority.see("演示乙区人民政府（虚构）：缺批复文号")
        authority.shoot("one-of-two")
        endorse(authority, filing.case, scan, other.pk)
        authority.open(page("case", filing.case))
        take(authority, "报送", {})
        officer = seats["city_officer"]
        officer.open(page("case", filing.case))
        take(officer, "受理", {})
        officer.open(page("case_catalogue", filing.case))
        officer.see("区政府批复", "必交10项")
        officer.shoot("catalogue")
    assert Case.objects.get().endorsements.count() == 2


def test_return_correction_wider_second_round_and_questions(local_browser, live_server, album, scan):
    people = cast()
    filing = Filing(people).to_endorsing()
    filing.do(cases.case_send_back, "authority", reason="批复范围与规划范围不一致").to_sent()
    with desk(local_browser, live_server, album, people) as seats:
        officer, preparer = seats["city_officer"], seats["preparer"]
        officer.open(page("case_correct", filing.case))
        officer.fill({"第1条材料项": "试点申请表", "第1条问题": "未盖章", "第2条条文号": "4.2.1", "第2条问题": "口径不明"})
        officer.press("发出补正告知")
        preparer.open(page("case_answer", filing.case))
        preparer.fill({"第1条答复": "已盖章", "第1条新材料": scan("申请表"), "第2条答复": "按规划口径"})
        preparer.press("保存答复")
        preparer.see("申请表")
        preparer.shoot("answers")
        filing.fresh()
        filing.do(corrections.case_answer, "reviewer")
        officer.open(page("case_correct", filing.case))
        officer.see("第二次补正只核对第一次提出的内容")
        director = seats["city_director"]
        director.open(page("case_open_wider", filing.case))
        director.fill({"理由": "权属材料在第一次补正后更换"})
        director.press("保存")
        officer.open(page("case_correct", filing.case))
        officer.see("审定人已放开这一次补正的范围")
        officer.fill({"第1条材料项": "地块出让或划拨证明", "第1条问题": "缺一块地"})
        officer.press("发出补正告知")
        filing.fresh()
        filing.answer_all().do(corrections.case_answer, "reviewer").do(cases.case_accept, "city_officer")
        officer.open(page("case_questions", filing.case))
        officer.fill({"第1条材料项": "绿色生态专业规划", "第1条问题": "能源来源"})
        officer.press("提出")
        preparer.open(reverse("portal:workdesk"))
        preparer.see("预评审问题待答复1个")
        preparer.open(page("case_questions", filing.case))
        preparer.fill({"第1问答复": "见专业规划第3章"})
        preparer.press("保存答复")
        preparer.shoot("questions")
    assert PreReviewQuestion.objects.get().answered_by == people.preparer
    assert Case.objects.get().corrections.count() == 2


def test_an_application_is_withdrawn_and_filed_afresh(local_browser, live_server, album):
    people = cast()
    filing = Filing(people).to_accepted()
    with desk(local_browser, live_server, album, people) as seats:
        reviewer, preparer = seats["reviewer"], seats["preparer"]
        reviewer.open(page("case", filing.case))
        take(reviewer, "撤回申报", {"理由": "规划调整"})
        reviewer.see("已撤回")
        reviewer.shoot("withdrawn")
        preparer.open(reverse("approvals:case_start"))
        preparer.fill({"城区": filing.district.name, "申报星级": "二星级"})
        preparer.press("建立")
        preparer.see("已建立试点申报")
        officer = seats["city_officer"]
        officer.open(reverse("approvals:bulk_cases", args=["archive"]))
        officer.see("归档，仍可查阅")
        officer.press("批量归档")
        officer.see("已办理1件")
        officer.shoot("archived")
    assert [case.status for case in Case.objects.order_by("pk")] == ["withdrawn", "draft"]


def test_an_objection_that_holds_prolongs_the_notice(local_browser, live_server, album, settings, tmp_path):
    settings.CLOCK_FILE = str(tmp_path / "clock")

    def day(date):
        (tmp_path / "clock").write_text(f"{date.isoformat()}T10:00:00+08:00", encoding="utf-8")

    day(dt.date(2026, 11, 20))
    people = cast()
    filing = Filing(people).to_notice()
    notice = filing.case.notices.get()
    with desk(local_browser, live_server, album, people) as seats:
        stranger = Actor(local_browser, live_server.url, album)
        stranger.open(reverse("approvals:notice", args=[notice.pk]))
        stranger.fill({"姓名或单位": "演示居民", "意见": "地块数与公示不符"})
        stranger.page.locator("main form button[type=submit]").first.click()
        stranger.see("已收到")
        officer = seats["city_officer"]
        officer.open(page("case", filing.case))
        officer.follow("答复", exact=True)
        officer.fill({"答复": "属实，已更正"})
        officer.page.get_by_role("radio", name="成立", exact=True).check()
        officer.page.locator("main form button[type=submit]").first.click()
        day(notice.closes_on + dt.timedelta(days=1))
        officer.open(page("case", filing.case))
        officer.see("有1条意见成立，须延长公示")
        officer.follow("延长公示")
        officer.fill({"理由": "已更正地块数，继续公示"})
        officer.press("保存")
        officer.shoot("prolonged")
        last = filing.case.notices.get().closes_on
        day(last + dt.timedelta(days=1))
        filing.fresh()
        filing.do(notices.case_close_notice, "city_officer")
    assert last > notice.closes_on
    assert filing.case.status == "checking"
