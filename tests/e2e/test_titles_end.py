"""How titles end and deadlines move, in the browser: failed acceptance to cancellation, revocation, extension of a term."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.losses.models import RecordedAssessment
from approvals.titles.models.publicity import Title
from districts.file.models.district import District
from greendistrict.core import clock
from tests.e2e.steps.cases import announce, at, calendar, discuss_and_decide, judge, page, tell_and_hear
from tests.e2e.steps.seats import desk, take
from tests.factories.acceptance import Accepting, make_pilot, record_failures
from tests.factories.accounts import cast
from tests.factories.approvals import Filing, pdf
from tests.factories.reviews import make_experts

pytestmark = [
    pytest.mark.area("approvals/losses", "approvals/acceptances", "approvals/requests", "approvals/changes", "approvals/titles"),
    pytest.mark.django_db(transaction=True),
]
PROOF = {"name": "监督检查记录.pdf", "mimeType": "application/pdf", "buffer": pdf().read()}
GROUNDS = {"事实": "两个近期重点项目未投用", "依据": "沪住建规范联〔2023〕13号八（三）"}


def test_a_failed_acceptance_is_told_heard_and_cancelled(local_browser, live_server, album):
    walk = Accepting().to_visited()
    make_experts(walk.people, 8)
    with desk(local_browser, live_server, album, walk.people) as seats:
        officer, reviewer = seats["city_officer"], seats["reviewer"]
        at(seats, "city_officer", walk.case, "提请终期验收评审")
        judge(seats, walk.case, "failed")
        at(seats, "city_officer", walk.case, "提交审核")
        at(seats, "city_checker", walk.case, "同意，报审定")
        at(seats, "city_director", walk.case, "审定不通过", {"决定文号": "演沪建〔2026〕61号", "不通过的理由": "两个近期重点项目未投用"})
        officer.open(reverse("portal:workdesk"), "终期验收未通过，须办理取消试点称号")
        officer.open(page("case", walk.case))
        officer.shoot("failed-acceptance")
        officer.press("启动取消程序")
        officer.fill(GROUNDS)
        officer.page.set_input_files("input[type=file]", PROOF)
        officer.press("保存")
        take(officer, "提交审核")
        case = Case.objects.get(kind="CX")
        tell_and_hear(seats, case, "演告〔2026〕1号", "两个项目已进入收尾，请求宽限三个月")
        discuss_and_decide(seats, case, "演决〔2026〕1号")
        announce(seats, "演沪建公告〔2026〕9号")
        officer.see("取消称号", "演决〔2026〕1号")
        officer.shoot("cancelled")
        reviewer.open(page("case", case), "已公告")
        reviewer.shoot("loss-announced")
    district = District.objects.get(pk=walk.district.pk)
    assert (district.stage, Title.objects.get().end, Case.objects.get(pk=case.pk).status) == ("cancelled", "cancelled", "announced")


def test_a_revocation_on_failures_of_2025_and_2028(local_browser, live_server, album, settings, tmp_path):
    calendar(settings, tmp_path)(dt.date(2028, 7, 3))
    people = cast()
    district = make_pilot(people, name="演示撤销城区（虚构）")
    record_failures(district, people.city_officer, dt.date(2025, 6, 18))
    with desk(local_browser, live_server, album, people) as seats:
        officer = seats["city_officer"]
        officer.open(reverse("approvals:loss_list"), "暂无连续两次不合格、尚未办理的城区")
        officer.open(reverse("approvals:assessment_record", args=[district.code]))
        officer.fill({"类别": "阶段评估", "结论日期": "2028-06-16", "出处": "演示评估意见〔2028〕6号"})
        officer.page.get_by_role("radio", name="不合格").check()
        officer.page.set_input_files("input[type=file]", PROOF)
        officer.press("补录")
        checker = seats["city_checker"]
        checker.open(reverse("approvals:recorded_check", args=[RecordedAssessment.objects.get(checked_at=None).pk]))
        checker.shoot("recorded", axe=True)
        checker.press("核对无误")
        officer.open(reverse("approvals:loss_list"))
        officer.shoot("candidates")
        officer.press("启动撤销程序")
        officer.fill({"事实": "两次阶段评估均不合格", "依据": "沪住建规范联〔2023〕13号八（四）"})
        officer.press("保存", "未按照绿色生态相关要求实施")
        assert officer.page.get_by_role("radio", name="提交审核").first.is_disabled()
        officer.follow("填写事实和依据")
        officer.fill({"未按照绿色生态相关要求实施的认定": "未按专业规划实施，见监督检查记录3份"})
        officer.page.set_input_files("input[type=file]", PROOF)
        officer.press("保存")
        take(officer, "提交审核")
        case = Case.objects.get(kind="CX")
        tell_and_hear(seats, case, "演告〔2028〕2号", "已制定整改方案", phone=True)
        director = seats["city_director"]
        discuss_and_decide(seats, case, "演决〔2028〕1号")
        director.open(page("case", case), "2025年6月18日", "2028年6月16日")
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
        reviewer.open(page("case", filing.case))
        reviewer.follow("申请延期")
        reviewer.fill({"申请延至": due.isoformat(), "理由": "外业资料尚未返回"})
        reviewer.press("延期申请", "须晚于原期限", expected=409)
        reviewer.fill({"申请延至": until.isoformat()})
        reviewer.press("延期申请")
        officer = seats["city_officer"]
        officer.open(reverse("portal:workdesk"), "延期申请待经办核对")
        officer.open(page("case", filing.case))
        officer.shoot("extension")
        officer.press("报审定")
        director = seats["city_director"]
        director.open(page("case", filing.case))
        director.press("同意延期")
        director.press("同意延期")  # asked once more
        reviewer.open(page("case", filing.case), f"{until.year}年{until.month}月{until.day}日", "已同意延期")
    assert filing.case.corrections.get().due == until
