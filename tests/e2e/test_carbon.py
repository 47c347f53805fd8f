"""Carbon in the browser: a verifier returns a report and signs it; a missed target is explained and printed in the annual report."""

import datetime as dt

import pytest
from django.urls import reverse

from carbon.inventories.models import CarbonInventory
from carbon.targets.models import TargetExplanation
from carbon.verification.models import CarbonVerification
from districts.common.enums import Stage
from reports.jobs.models import ExportJob
from reports.jobs.services import run
from tests import pdf_texts
from tests.carbon.inventories.world import NOW, filed_years, make_inventory, to_filed
from tests.carbon.verification.world import ANSWER, FOUND, STATEMENT, corrected
from tests.e2e.steps.seats import desk
from tests.factories.districts import SpecialPlanFactory, make_district
from tests.factories.received import received_self_check
from tests.files import pdf

pytestmark = [
    pytest.mark.area("carbon/inventories", "carbon/verification", "carbon/targets", "reports/annual", "reports/jobs"),
    pytest.mark.django_db(transaction=True),
]
WHY = "光伏未按期并网，下一年补建（虚构）"


def test_a_verifier_returns_and_then_signs_a_report(local_browser, live_server, album, people, move):
    move(NOW.date())
    inventory = to_filed(make_inventory(people, year=2025), people)
    with desk(local_browser, live_server, album, people) as seats:
        authority, verifier, preparer, officer = (seats[name] for name in ("authority", "verifier", "preparer", "city_officer"))
        authority.open(reverse("carbon:inventory", args=[inventory.pk]))
        authority.follow("委托核查机构")
        authority.fill({"核查机构": people.verifier_body.name})
        authority.press("委托")
        page = reverse("carbon:verification", args=[CarbonVerification.objects.get().pk])
        verifier.open(page, "没有待更正的核查发现", "“核查声明”未填")
        verifier.fill({"核查发现": FOUND})
        verifier.press("加入", "核查发现1", FOUND, "还有核查发现没有关闭")
        verifier.shoot("found", axe=True)
        verifier.press("退回更正", "待更正", "现在没有需要您办理的步骤")
        preparer.open(page, "核查发现1没有填写更正情况")
        preparer.fill({"核查发现1更正情况": ANSWER})
        preparer.press("保存更正情况")
        again = corrected(inventory, people)
        preparer.open(page)
        preparer.press("更正完毕，送回核查", "核查中")
        verifier.open(page, "第2版", ANSWER)
        verifier.fill({"核查发现1核实意见": "与抄表记录相符（虚构）"})
        verifier.press("关闭这一条")
        verifier.fill({"核查结论": "无保留意见", "核查声明": STATEMENT})
        verifier.press("保存", "没有上传核查意见")
        verifier.page.set_input_files("#id_upload", {"name": "核查意见.pdf", "mimeType": "application/pdf", "buffer": pdf()})
        verifier.press("上传材料", "核查意见.pdf")
        verifier.press("提交复核签发", "待复核签发", "现在没有需要您办理的步骤")
        officer.open(page, "核查意见.pdf")
        officer.step("签发核查报告", "已签发", "校验值（SHA-256）", STATEMENT)
        verifier.open(page, "已签发")
        verifier.shoot("signed", axe=True)
        found = CarbonVerification.objects.get()
        assert (found.status, found.inventory_id, found.frozen["inventory"]["edition"]) == ("signed", again.pk, 2)
        authority.open(reverse("carbon:inventory", args=[again.pk]), "已签发", people.verifier_body.name)
        seats.on_phone("verifier", page)


def test_a_target_missed_is_explained_and_seen_in_the_annual_report(local_browser, live_server, album, people, move, tmp_path):  # noqa: PLR0917 -- fixtures
    move(dt.date(2027, 2, 2))
    district = make_district(people, name="演示碳排放城区（虚构）", stage=Stage.PILOT, titled_on=dt.date(2021, 5, 6))
    targets = [{"year": 2025, "value": "47"}, {"year": 2027, "value": "40"}]
    SpecialPlanFactory(district=district, approved_on=dt.date(2024, 3, 1), carbon_stage_targets=targets)
    filed_years(people, district, (2024, 2026))
    tab = f"{reverse('districts:district_detail', args=[district.code])}?tab=carbon"
    with desk(local_browser, live_server, album, people) as seats:
        preparer, officer = seats["preparer"], seats["city_officer"]
        preparer.open(tab, "2026年度", "落后于路径")
        preparer.follow("填写说明", "43.5", "47.968")
        preparer.fill({"原因和措施": WHY})
        preparer.shoot("explain", axe=True)
        preparer.press("保存", WHY)
        assert TargetExplanation.objects.get().year == 2026
        received_self_check(people, district=district)
        move(dt.date(2027, 5, 3))
        officer.open(tab, WHY)
        officer.open(reverse("reports:report_request", args=["annual_district"]))
        officer.fill({"年度": "2026年度"})
        officer.page.get_by_role("checkbox", name=district.name).check()
        officer.press("生成")
        job = ExportJob.objects.get(pk=officer.page.url.rstrip("/").rsplit("/", 1)[-1])
        assert run(job.pk)
        officer.open(reverse("reports:job", args=[job.pk]))
        link = officer.page.locator(".gd-filelist a").filter(has_text=".pdf")
        text = "".join(pdf_texts.squeezed(officer.download(link, tmp_path).read_bytes()))
    counted = CarbonInventory.objects.get(year=2026).frozen["content"]["per_m2_kg"]
    for words in ("碳排放清单与目标路径", counted, "43.500", "红灯，落后于路径", WHY):
        assert words in text, words
