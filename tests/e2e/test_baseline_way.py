"""Changes in the browser: the key-project baseline, by a case only, and a change that came on paper."""

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from districts.baselines.models import Baseline
from districts.projects.models import KeyProject
from greendistrict.core import clock
from tests.e2e.steps.cases import at, page, scans
from tests.e2e.steps.seats import desk, take
from tests.factories.acceptance import make_pilot
from tests.factories.approvals import lay_papers

pytestmark = [
    pytest.mark.area("approvals/changes", "approvals/entered", "approvals/acceptances", "districts/baselines", "districts/projects"),
    pytest.mark.django_db(transaction=True),
]


def test_the_key_project_baseline_is_changed_by_a_case_only(local_browser, live_server, album, people):
    district = make_pilot(people, ready=False, type="renewal", name="演示更新片区（虚构）")
    KeyProject.objects.filter(name="演示能源站（虚构）").update(state="in_use", in_use_on=clock.today(), use_basis="office")
    with desk(local_browser, live_server, album, people) as seats:
        preparer = seats["preparer"]
        preparer.open(reverse("districts:district_detail", args=[district.code]) + "?tab=titles")
        preparer.follow("提出变更")
        preparer.page.get_by_role("radio", name="变更近期重点项目基线").check()
        preparer.shoot("change-start")
        preparer.press("建立")
        preparer.page.get_by_label("演示学校（虚构）").first.check()
        preparer.fill({"变更理由": "规划调整，学校另行选址"})
        preparer.press("保存", "演示学校（虚构）", "按现有资料试算，未生效")
        preparer.shoot("change-draft")
        case = Case.objects.get(kind="BG")
        lay_papers(case)
        preparer.open(page("case", case))
        take(preparer, "提交审核")
        for seat, words, values in (
            ("reviewer", "签发并提交", {}),
            ("city_officer", "提交审核", None),
            ("city_checker", "同意，报审定", None),
            ("city_director", "审定同意变更", {"决定文号": "演沪建〔2026〕80号"}),
        ):
            at(seats, seat, case, words, values)
        seats["city_director"].see("变更生效")
        seats["city_director"].shoot("change-approved")
        seats.phone("preparer").open(page("case", case))
        seats.phone("preparer").shoot("change-phone")
        preparer.open(reverse("approvals:acceptance_gates", args=[district.code]), "全部满足", "第2版")
        preparer.shoot("gates-after")
    assert Baseline.objects.filter(district=district, kind="pilot").count() == 2


def test_a_change_that_came_on_paper_is_entered_decided_and_replayed(local_browser, live_server, album, tmp_path, people):
    district = make_pilot(people, ready=False, type="renewal", name="演示更新片区（虚构）")
    scan, received = scans(tmp_path), {"收到日期": clock.today().isoformat(), "来件单位和联系人": "演示开发公司张三"}
    with desk(local_browser, live_server, album, people) as seats:
        officer = seats["city_officer"]
        officer.open(reverse("approvals:case_list"))
        officer.follow("代录变更")
        officer.page.get_by_role("radio", name="变更目标星级").check()
        officer.page.get_by_role("radio", name="纸质来件").check()
        officer.fill({"城区": district.name, **received, "原件扫描件": scan("变更申请")})
        officer.press("建立")
        officer.fill({"变更后的目标星级": "三星级", "变更理由": "按来件：规划提升"})
        officer.press("保存", "变更申请", "演示开发公司张三", "三星级")
        case = Case.objects.get(kind="BG")
        lay_papers(case)
        officer.open(page("case", case))
        take(officer, "代录签发")
        officer.page.get_by_role("radio", name="纸质来件").check()
        officer.fill({**received, "原件扫描件": scan("签发件")})
        officer.press("代录签发", "待核对")
        take(officer, "提交审核")
        at(seats, "city_checker", case, "同意，报审定")
        at(seats, "city_director", case, "审定同意变更", {"决定文号": "演沪建〔2026〕81号"})
        director = seats["city_director"]
        director.see("变更生效")
        director.follow("决定依据与复核", "与决定时一致", "代录", "按来件：规划提升", "决定时试算")
        director.shoot("why-this-change")
        preparer = seats["preparer"]
        preparer.open(page("case", case))
        preparer.follow("同意变更的复函", "参考稿", "关于同意", "二星级", "三星级")
        preparer.shoot("draft-of-the-answer")
    district.refresh_from_db()
    assert district.target_star == 3
