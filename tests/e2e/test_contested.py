"""In the browser: a request completed by its code with a file handed over; a stay, and suits up to the second instance."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from approvals.titles.models.publicity import Title
from approvals.titles.models.remedies import Remedy
from greendistrict.core import clock
from outreach.disclosures import services
from outreach.disclosures.models import DisclosureRemedy, DisclosureRequest
from tests.approvals.remedies.test_remedies import close, record
from tests.e2e.steps.cases import scans
from tests.e2e.steps.seats import desk
from tests.factories.acceptance import Losing, failing

pytestmark = [
    pytest.mark.area("outreach/disclosures", "approvals/remedies", "approvals/titles"),
    pytest.mark.django_db(transaction=True),
]
CODE = re.compile(r"(?:[A-Z2-9]{4}-){4}[A-Z2-9]{4}")
ASKED = {"姓名或名称": "演示居民", "身份证明": "310000199001010000", "联系方式": "13800001234", "所需信息": "检测报告（虚构）"}
ADDED, WHY = "演示新城区2025年度（虚构）", "需要征求第三方意见（虚构）"


def look(visitor, code, *words):
    visitor.open(reverse("outreach:disclosure_receipt"))
    visitor.fill({"查询码": code})
    visitor.press("查看", *words)


def test_an_unclear_request_is_completed_prolonged_and_its_file_goes_to_the_code(local_browser, live_server, album, tmp_path, people):
    with desk(local_browser, live_server, album, people) as seats:
        visitor = seats.visitor(size=(390, 844))
        visitor.open(reverse("outreach:disclosures"))
        visitor.follow("填写申请")
        visitor.fill(ASKED)
        visitor.page.get_by_role("radio", name="公民").check()
        visitor.page.get_by_role("radio", name="当面领取").check()
        visitor.press("提交申请")
        code, row = CODE.search(visitor.page.content())[0], DisclosureRequest.objects.get()
        page, officer = reverse("outreach:disclosure", args=[row.pk]), seats["city_officer"]
        officer.open(page)
        officer.shoot("disclosure-open", axe=True)
        until = (clock.today() + dt.timedelta(days=10)).isoformat()
        officer.fill({"需要补正的事项": "请写明城区和年份（虚构）", "补正期限": until})
        officer.press("告知补正", "待申请人补正", "补正告知书")
        look(visitor, code, "请写明城区和年份（虚构）")
        visitor.shoot("completing-phone")
        visitor.fill({"补正的内容": ADDED})
        visitor.press("提交补正", "补正已收到", "待答复", ADDED)
        seats["city_checker"].open(page)
        seats["city_checker"].fill({"延长的理由": WHY})
        seats["city_checker"].press("同意延长", "已延长，待答复")
        officer.open(reverse("portal:workdesk"), "政府信息公开申请待答复1件")
        officer.open(page, ADDED, "答复期限自这一天起计算")
        assert "13800001234" not in officer.page.content()
        officer.page.set_input_files("#id_file_upload", scans(tmp_path)("检测报告"))
        officer.fill({"文件名称": "检测报告（虚构）"})
        officer.press("上传文件")
        officer.page.get_by_label("答复类型").select_option("granted")
        officer.fill({"答复内容": "报告凭查询码下载（虚构）", "告知书文号": "演公开〔2026〕3号"})
        officer.press("登记答复", "已答复")
        officer.shoot("disclosure-with-file", axe=True)
        look(visitor, code, "已答复", "报告凭查询码下载（虚构）", WHY)
        visitor.shoot("handed-over-phone")
        found = visitor.download(visitor.page.get_by_role("button", name="检测报告（虚构）"), tmp_path)
        assert found.read_bytes()[:4] == b"%PDF"


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
        visitor.open(register, "有效（撤销决定停止执行）", "演府复停〔2026〕1号")
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


def test_a_suit_after_a_reconsideration_goes_to_the_second_instance(local_browser, live_server, album):
    people, district = failing()
    case = Losing(people, district).to_served().announce().case
    close(people, record(people, case), outcome="upheld")
    today = clock.today().isoformat()
    with desk(local_browser, live_server, album, people) as seats:
        officer, director = seats["city_officer"], seats["city_director"]
        officer.open(reverse("approvals:case_remedies", args=[case.pk]), "复议后行政诉讼", "《行政诉讼法》第四十五条")
        officer.page.get_by_role("radio", name="行政诉讼").check()
        officer.fill({"受理机关": "演示人民法院（虚构）", "案号": "（2026）演01行初1号", "申请或者起诉日期": today, "收到副本日期": today})
        officer.press("登记", "起诉期限", "在期限内", "审理中")
        officer.page.get_by_role("radio", name="判决").check()
        officer.page.locator("#id_judge_outcome").select_option("annulled")
        officer.fill({"裁判文书文号": "（2026）演01行初1号判决", "送达日期": today})
        officer.page.locator("#id_judge_words").fill("撤销被告的决定（虚构）")
        officer.press("登记一审裁判", "一审已裁判，上诉期内", "《行政诉讼法》第八十五条", "上诉期限尚未届满")
        officer.shoot("judged", axe=True)
        officer.page.get_by_role("radio", name="市住房城乡建设管理委").check()
        officer.fill({"二审法院": "演示高级人民法院（虚构）", "二审案号": "（2026）演行终1号", "上诉日期": today})
        officer.step("登记上诉", "二审审理中")
        appeal = Remedy.objects.get(kind="appeal")
        officer.open(reverse("approvals:remedy", args=[appeal.pk]), "前一程序", "上诉期限")
        officer.page.locator("#id_find_outcome").select_option("affirmed")
        officer.fill({"结果文书文号": "（2026）演行终1号判决", "主文": "驳回上诉，维持原判（虚构）"})
        officer.press("登记结果")
        director.open(reverse("approvals:remedy", args=[appeal.pk]))
        director.step("审定", "已办结", "对决定的影响", "称号自同日恢复")
        director.shoot("appeal-closed", axe=True)
        officer.open(reverse("approvals:case", args=[case.pk]), "一审裁判因上诉没有生效", "驳回上诉，维持原判")
        officer.shoot("case-with-remedies", axe=True)
        visitor = seats.visitor(size=(390, 844))
        visitor.open(
            reverse("portal:public_district", args=[district.code]),
            "行政复议结果：维持",
            "行政诉讼二审结果：驳回上诉，维持原判",
            "一审：撤销",
            "恢复试点称号",
        )
        visitor.shoot("appeal-public-phone")
    assert Title.objects.get(restorations__end_case=case).end == ""


def take(actor, form, **typed):
    """Fill the form of one step by the names of its fields and send it; ``confirmed`` steps ask once more."""
    for name, value in typed.items():
        field = actor.page.locator(f"#id_{form}_{name}")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def refused(people):
    """The receipt of a request that was refused."""
    words = services.DisclosureWords("citizen", "演示居民", "演示证件号", "13800001234", "评审意见（虚构）", "counter")
    made = services.file_disclosure(words=words, address="192.0.2.1")
    answer = services.DisclosureReply("refused", "属于过程性信息（虚构）", "演公开〔2026〕3号", clock.today(), "process")
    services.reply_disclosure(row=made.request, by=people.city_officer, answer=answer)
    return made


def serve(officer, page, visitor, code):
    """Register that the reply was served today; the last days of its remedies stand on the page and on the receipt."""
    officer.open(page, "没有登记送达日期")
    officer.fill({"送达日期": clock.today().isoformat()})
    officer.press("登记送达", "救济期限", "《行政复议法》第二十条")
    look(visitor, code, "送达日期", "行政复议期限")


def test_a_refused_request_goes_through_both_instances_and_is_answered_anew(local_browser, live_server, album, people):
    today = clock.today().isoformat()
    made = refused(people)
    row = made.request
    page = reverse("outreach:disclosure", args=[row.pk])
    with desk(local_browser, live_server, album, people) as seats:
        visitor = seats.visitor(size=(390, 844))
        officer, checker = seats["city_officer"], seats["city_checker"]
        serve(officer, page, visitor, made.code)
        officer.page.get_by_role("radio", name="行政诉讼").check()
        officer.fill({"受理机关": "演示人民法院（虚构）", "案号": "（2026）演01行初31号", "申请或者起诉日期": today, "收到副本日期": today})
        officer.shoot("contest", axe=True)
        officer.press("登记", "尚无结果，答复的效力不变")
        officer.page.get_by_role("link", name="行政诉讼（2026）演01行初31号").click()
        officer.see("答复期限", "行政诉讼答辩状", "不服的决定", "演公开〔2026〕3号", "起诉期限", "在期限内")
        officer.page.get_by_role("radio", name="判决").check()
        take(officer, "judge", outcome="annulled", number="（2026）演01行初31号判决", on=today, words="撤销被告的答复（虚构）")
        officer.press("登记一审裁判", "一审已裁判，上诉期内", "上诉期限")
        officer.shoot("contest-judged", axe=True)
        look(visitor, made.code, "一审判决", "结果尚未生效，答复的效力不变")
        officer.page.get_by_role("radio", name="市住房城乡建设管理委").check()
        officer.fill({"二审法院": "演示高级人民法院（虚构）", "二审案号": "（2026）演行终31号", "上诉日期": today})
        officer.step("登记上诉")
        officer.page.get_by_role("link", name="行政诉讼二审（2026）演行终31号").click()
        take(officer, "find", outcome="affirmed", number="（2026）演行终31号判决", on=today, words="驳回上诉，维持原判（虚构）")
        officer.press("登记结果", "结果已登记，待核对")
        checker.open("/desk/", "行政诉讼二审结果待审定")
        checker.open(reverse("outreach:disclosure_remedy", args=[DisclosureRemedy.objects.get(kind="appeal").pk]))
        checker.step("核对办结", "已办结", "起不再有效，重新答复")
        checker.shoot("contest-closed", axe=True)
        look(visitor, made.code, "待答复", "以二审结果为准", "驳回上诉，维持原判", "原答复：不予公开")
        visitor.shoot("contest-phone")
        officer.open(page, "待答复")
        officer.page.get_by_label("答复类型").select_option("granted")
        officer.fill({"答复内容": "评审意见随告知书提供（虚构）", "告知书文号": "演公开〔2026〕4号"})
        officer.press("登记答复")
        officer.shoot("answered-anew", axe=True)
        look(visitor, made.code, "已答复", "演公开〔2026〕4号", "予以公开")
