"""The specialised plan in the browser: written section by section by two people, held against the policy, frozen by its approval."""

import datetime as dt

import pytest
from django.urls import reverse

from districts.special_plans.models import PlanSection, SpecialPlan
from tests.e2e.steps.seats import desk
from tests.factories.approvals import pdf
from tests.factories.districts import make_district

pytestmark = [pytest.mark.area("districts/special_plans"), pytest.mark.django_db(transaction=True)]
EARLY = ("生态诊断", "目标制定", "更新规划", "绿色生态实施策略")


def test_a_plan_is_written_piece_by_piece_and_nothing_typed_is_lost(local_browser, live_server, album, tmp_path, people):
    district = make_district(people, type="renewal", name="演示旧城（虚构）", renewal_drives=["功能提升"])
    file = tmp_path / "诊断报告.pdf"
    file.write_bytes(pdf().read())
    false = tmp_path / "不是文件.pdf"
    false.write_bytes(b"MZ\x00")
    plan = reverse("districts:plan_edit", args=[district.code])
    with desk(local_browser, live_server, album, people) as seats:
        preparer, consultant, authority = seats["preparer"], seats["consultant"], seats["authority"]
        preparer.open(plan, *EARLY, "未填")
        preparer.shoot("sections-empty", axe=True)
        preparer.follow("生态诊断", exact=True)
        preparer.fill({"生态诊断": "两处河道断面未达标（虚构）", "附件": false})
        preparer.press("暂存", expected=422)
        assert preparer.page.get_by_label("生态诊断", exact=True).input_value() == "两处河道断面未达标（虚构）"
        preparer.fill({"附件": file})
        preparer.press("暂存", "“生态诊断”已暂存", "诊断报告.pdf")
        preparer.follow("返回专业规划", "填写中，1/2")
        preparer.follow("生态诊断", exact=True)
        consultant.open(reverse("districts:plan_section", args=[district.code, "diagnosis"]))
        consultant.fill({"潜力评估": "屋顶可装光伏（虚构）"})
        consultant.press("保存，返回专业规划", "已填")
        preparer.fill({"潜力评估": "填报人的潜力评估（虚构）"})
        preparer.press("暂存", "屋顶可装光伏（虚构）", expected=409)
        preparer.shoot("section-conflict", axe=True)
        preparer.press("暂存")
        assert PlanSection.objects.get(section="diagnosis").texts["potential"] == "填报人的潜力评估（虚构）"
        preparer.open(plan)
        preparer.fill({"城市设计开始日期": "2026-01-05", "城市设计批准日期": "2026-03-01", "规划方案编制开始日期": "2026-04-01"})
        preparer.press("暂存")
        preparer.shoot("sections-filled")
        authority.open(reverse("districts:district_detail", args=[district.code]) + "?tab=plan")
        authority.see("未同步编制：城市设计批准31天以后才开始编制规划方案", "填报人的潜力评估（虚构）")
        authority.shoot("plan-tab", axe=True)
        SpecialPlan.objects.update(approved_on=dt.date(2026, 5, 1), approval_number="演示府〔2026〕1号")
        preparer.open(plan, "已批准的一版不能再改")
        phone = seats.phone("preparer")
        phone.open(plan)
        phone.shoot("plan-phone")
