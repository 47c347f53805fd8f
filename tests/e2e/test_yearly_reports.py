"""Reports on a year of operation in the browser: filled in, handed up, signed, returned, mended, filed again, received; carbon likewise."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.yearly_reports.kinds import REPORT_SPECS
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Stage
from greendistrict.core import clock
from tests.e2e.steps.seats import desk
from tests.factories.districts import make_district
from tests.files import pdf

pytestmark = [pytest.mark.area("assessments/yearly_reports"), pytest.mark.django_db(transaction=True)]
FIGURES = {
    "operation": {"已投入使用的建筑面积": "12.5", "其中绿色建筑面积": "10", "专职运营管理人员": "8"},
    "carbon": {"年碳排放总量": "52000", "核算建筑面积": "130"},
}


def opened(people, kind):
    """A report of a fictional demonstration on the year that is over."""
    today = clock.today()
    title = {"stage": Stage.DEMONSTRATION, "titled_on": dt.date(today.year - 2, 5, 6), "is_demo": True}
    district = make_district(people, name=f"演示运营{kind}城区（虚构）", **title)
    return YearlyReport.objects.create(district=district, kind=kind, year=today.year - 1, opened_at=clock.now())


def page_of(report):
    return reverse("assessments:yearly_report", args=[report.pk])


def from_desk(actor, words, report):
    """The work desk says what waits and leads there."""
    actor.open(reverse("portal:workdesk"), words)
    with actor.page.expect_navigation():
        actor.page.locator(f"main a[href='{page_of(report)}']").first.click()


def bring_files(actor, report, folder):
    for part in REPORT_SPECS[report.kind].parts_for(report.district.stage):
        path = folder / f"{part.key}.pdf"
        path.write_bytes(pdf())
        actor.fill({"材料类别": part.title, "文件": path})
        actor.press("上传材料")


def test_an_operation_report_is_returned_mended_and_received(local_browser, live_server, album, people, tmp_path):
    report = opened(people, "operation")
    with desk(local_browser, live_server, album, people) as seats:
        preparer, reviewer, officer = seats["preparer"], seats["reviewer"], seats["city_officer"]
        from_desk(preparer, "填报运营工作报告", report)
        preparer.see("还不能提交审核", "缺少“运营工作报告”")
        preparer.fill({**FIGURES["operation"], "其中绿色建筑面积": "很多", "说明": "平稳运行（虚构）"})
        preparer.press("保存", expected=422)
        assert preparer.page.get_by_label("说明").input_value() == "平稳运行（虚构）"  # nothing typed is lost
        preparer.fill({"其中绿色建筑面积": "20"})
        preparer.press("保存", "绿色建筑面积大于已投入使用的建筑面积")
        preparer.fill({"其中绿色建筑面积": "10"})
        preparer.press("保存")
        bring_files(preparer, report, tmp_path)
        preparer.shoot("filled", axe=True)
        preparer.step("提交审核", "待签发")

        from_desk(reviewer, "审核签发运营工作报告", report)
        reviewer.step("签发并报送", "待接收", "YY-")
        from_desk(officer, "接收运营工作报告", report)
        officer.see("12.50", "平稳运行（虚构）")
        officer.step("退回补充", "退回补充", reason="请说明空置面积")
        officer.shoot("returned", axe=True)

        from_desk(preparer, "按退回意见补充运营工作报告", report)
        preparer.see("请说明空置面积")
        preparer.fill({"说明": "空置面积0.8万平方米，已列入招商（虚构）"})
        preparer.press("保存")
        preparer.step("提交审核")
        reviewer.open(page_of(report))
        reviewer.step("签发并报送")
        from_desk(officer, "接收运营工作报告", report)
        officer.see("2次", "空置面积0.8万平方米", "平稳运行（虚构）")  # both filings stand there
        officer.step("接收", "已接收")
        officer.shoot("received", axe=True)
        officer.open(reverse("assessments:yearly_report_list"), report.district.name, "已接收")
        seats.on_phone("city_officer", page_of(report))
    report.refresh_from_db()
    assert (report.status, report.number) == ("received", f"YY-{clock.today().year}-0001")


def test_a_carbon_verification_names_its_verifier_and_is_filed_again(local_browser, live_server, album, people, tmp_path):
    report = opened(people, "carbon")
    with desk(local_browser, live_server, album, people) as seats:
        preparer, reviewer, officer = seats["preparer"], seats["reviewer"], seats["city_officer"]
        from_desk(preparer, "填报碳排放核查报告", report)
        known = preparer.page.locator("#verifiers option").evaluate_all("options => options.map(one => one.value)")
        assert people.verifier_body.name in known
        preparer.fill({**FIGURES["carbon"], "核查机构": people.verifier_body.name})
        preparer.press("保存")
        bring_files(preparer, report, tmp_path)
        preparer.shoot("carbon", axe=True)
        preparer.step("提交审核")
        reviewer.open(page_of(report))
        reviewer.step("退回填报", reason="总量单位再核对一次")
        from_desk(preparer, "填报碳排放核查报告", report)
        preparer.see("总量单位再核对一次")
        preparer.step("提交审核")
        reviewer.open(page_of(report))
        reviewer.step("签发并报送", "TH-", "40.0")
        reviewer.step("撤回报送", reason="补一页附录")
        preparer.open(page_of(report))
        preparer.step("提交审核")
        reviewer.open(page_of(report))
        reviewer.step("签发并报送")
        from_desk(officer, "接收碳排放核查报告", report)
        officer.see(people.verifier_body.name, "2次")
        officer.step("接收", "已接收")
        officer.shoot("carbon-received", axe=True)
    report.refresh_from_db()
    assert (report.status, report.verifier_body) == ("received", people.verifier_body)
