"""After a decision, in the browser: a request for information from filing to reply, and a reconsideration that gives a title back."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.titles.models.publicity import Title
from approvals.titles.models.remedies import Remedy
from greendistrict.core import clock
from outreach.disclosures.models import DisclosureRequest
from tests.e2e.steps.seats import desk
from tests.e2e.test_contested import ASKED, CODE, look
from tests.factories.acceptance import Losing, failing

pytestmark = [
    pytest.mark.slow,
    pytest.mark.area("outreach/disclosures", "approvals/remedies", "approvals/titles"),
    pytest.mark.django_db(transaction=True),
]


def test_a_request_for_information_from_filing_to_reply(local_browser, live_server, album, people):
    with desk(local_browser, live_server, album, people) as seats:
        visitor = seats.visitor()
        visitor.open(reverse("outreach:disclosures"))
        visitor.follow("填写申请")
        visitor.fill(ASKED)
        visitor.page.get_by_role("radio", name="公民").check()
        visitor.page.get_by_role("radio", name="当面领取").check()
        visitor.press("提交申请", "申请已收到", "GK-")
        code = CODE.search(visitor.page.content())[0]
        visitor.shoot("disclosure-receipt")
        row = DisclosureRequest.objects.get()
        page = reverse("outreach:disclosure", args=[row.pk])
        checker, officer = seats["city_checker"], seats["city_officer"]
        checker.open(page)
        checker.fill({"延长的理由": "需要征求第三方意见（虚构）"})
        checker.press("同意延长", "已延长，待答复")
        officer.open(reverse("portal:workdesk"), "政府信息公开申请待答复1件")
        officer.open(page)
        assert "13800001234" not in officer.page.content()
        officer.shoot("disclosure", axe=True)
        officer.page.get_by_label("答复类型").select_option("granted")
        officer.fill({"答复内容": "方案随告知书提供（虚构）", "告知书文号": "演公开〔2026〕1号"})
        officer.press("登记答复", "已答复", "答复告知书")
        look(visitor, code, "已答复", "方案随告知书提供（虚构）", "需要征求第三方意见（虚构）")
        visitor.shoot("disclosure-answered")
        seats.on_phone("city_officer", page, "disclosure-phone")


def test_a_reconsideration_with_a_stay_gives_the_title_back(local_browser, live_server, album):
    people, district = failing()
    case = Losing(people, district).to_served().announce().case
    today = clock.today().isoformat()
    register = reverse("portal:public_district", args=[district.code])
    with desk(local_browser, live_server, album, people) as seats:
        officer, director = seats["city_officer"], seats["city_director"]
        officer.open(reverse("approvals:case", args=[case.pk]))
        officer.follow("行政复议与诉讼", "救济期限", "《行政复议法》第二十条")
        officer.page.get_by_role("radio", name="行政复议").check()
        officer.fill({"受理机关": "演示市人民政府（虚构）", "案号": "演府复〔2026〕3号", "申请或者起诉日期": today, "收到副本日期": today})
        officer.press("登记")
        remedy = Remedy.objects.get()
        officer.see("审理中", "10个工作日")
        officer.shoot("remedy", axe=True)
        officer.fill({"停止执行文书文号": "演府复停〔2026〕1号", "停止执行日期": today, "停止执行的理由": "复议机关认为需要（虚构）"})
        officer.step("登记停止执行", "停止执行期间")
        visitor = seats.visitor()
        visitor.open(register, "撤销（停止执行期间）", "演府复停〔2026〕1号")
        visitor.shoot("remedy-stayed")
        visitor.open(reverse("portal:register"), "停止执行期间的称号")
        officer.open(reverse("approvals:remedy", args=[remedy.pk]))
        officer.page.locator("select[name=outcome]").select_option("annulled")
        officer.fill({"结果文书文号": "演府复决〔2026〕3号", "主文": "撤销被申请人的决定（虚构）"})
        officer.press("登记结果", "结果已登记，待审定")
        director.open(reverse("approvals:remedy", args=[remedy.pk]))
        director.step("审定", "已办结", "恢复称号的通知")
        director.shoot("remedy-closed", axe=True)
        with clock.at(clock.now() + dt.timedelta(minutes=2)):
            visitor.open(register)
        visitor.see("行政复议结果：撤销", "恢复试点称号")
        visitor.shoot("remedy-restored")
    assert Title.objects.get(restorations__end_case=case).end == ""
