"""Lists and pages of districts take as many queries for three rows as for one."""

import datetime as dt

import pytest
from django.urls import reverse

from districts.common.enums import Stage
from districts.file.models.district import District
from districts.plots.models import PlotControl
from districts.projects.services.works import check_work, save_indicator
from districts.supervision.services import record_supervision
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.core import clock
from tests.districts.boundaries.test_boundaries import keep
from tests.factories.accounts import make_organisation
from tests.factories.approvals import pdf
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory, make_district, shaped_plots
from tests.plot_steps import paper

DAY = dt.date(2026, 5, 1)


def file_entries(people, district, number):
    District.objects.update(type="renewal")
    district.funds.create(kind="planning", document=f"文件{number}", amount=1)
    district.sub_areas.create(name=f"分区{number}")
    district.renewal_projects.create(kind="street", name=f"街区{number}")
    district.acts.create(kind="rename", on=DAY, reason="测试", entered_at=clock.now(), entered_by=people.city_officer)


def omissions(people, number):
    other = make_district(people, name=f"演示第{number}城区（虚构）")
    PlotFactory(district=other, acquisition="grant", acquired_on=DAY, started_on=DAY, built_on=DAY, proof=False)
    WorkFactory(district=other, built_on=DAY)


def other_authority(people, number):
    make_district(people, name=f"演示城区甲{number}（虚构）", key_areas=["嘉定新城"])
    return make_organisation("authority", f"演示第{number}区人民政府（虚构）")


def plan_item(authority, district, number):
    filed = {"year": 2027, "status": "filed", "filed_on": DAY, "is_demo": True}
    plan, _ = ImplementationPlan.objects.get_or_create(authority=authority, **filed)
    plan.items.create(district=district, work="planning", name=f"工作{number}", money=1)
    return plan


def controlled(district):
    PlotControl.objects.create(plot=PlotFactory(district=district, built_on=DAY, conforms=False), table="grant")


def supervised(people, district):
    plot = district.plots.first() or PlotFactory(district=district)
    values = {"kind": "site", "body": "演示监理公司", "inspected_on": DAY, "finding": "符合"}
    record_supervision(subject=plot, by=people.preparer, upload=pdf(), **values)
    return plot


def work(people, district, number):
    made = district.works.first() or WorkFactory(district=district)
    values = {"name": f"第{number}项", "kind": "at_least", "unit": "%", "required": "50%", "designed": "60", "built": ""}
    save_indicator(work=made, values=values, by=people.preparer)
    check_work(work=made, stage="approval", department=f"部门{number}", result="held", by=people.preparer, on=DAY, upload=paper())
    return made


# A row of each page: of what the city watches, of a district, of one thing of a district.
OF_THE_CITY = {
    "district_list": lambda people, _, number: make_district(people, name=f"演示{number}城（虚构）", stage=Stage.PILOT),
    "implementation_plan_list": lambda people, district, number: plan_item(other_authority(people, number), district, number),
    "omission_list": lambda people, _, number: omissions(people, number),
    "plan_watch": lambda people, _, number: other_authority(people, number),
    "plot_overview": lambda people, _, number: PlotFactory(district=make_district(people, name=f"演示第{number}城区（虚构）")),
}
OF_A_DISTRICT = {
    "boundary_list": lambda _, district, number: keep(district, number + 1),
    "district_file": file_entries,
    "key_project_list": lambda _, district, __: KeyProjectFactory(district=district),
    "plot_board": lambda _, district, __: controlled(district),
    "plot_list": lambda _, district, __: controlled(district),
    "plot_map": lambda _, district, __: (shaped_plots(district, 1), KeyProjectFactory(district=district)),
    "work_list": lambda _, district, __: WorkFactory(district=district),
}
OF_A_ROW = {
    "implementation_plan_edit": lambda people, district, number: plan_item(people.authority_body, district, number),
    "plot_supervision": lambda people, district, _: supervised(people, district),
    "work": work,
}
PAGES = OF_THE_CITY | OF_A_DISTRICT | OF_A_ROW


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_takes_the_same_queries_for_one_row_and_for_three(client, people, name, rows, kept_queries):
    district = make_district(people, code="yanshi", name="演示新城（虚构）")
    for number in range(rows):
        made = PAGES[name](people, district, number)
    of_a_district = [] if name in OF_THE_CITY or name == "implementation_plan_edit" else [district.code]
    asked = reverse(f"districts:{name}", args=[*of_a_district, *([made.pk] if name in OF_A_ROW else [])]), {"kind": "demo"}
    client.force_login(people.preparer if name in {"omission_list", "plot_overview"} or of_a_district else people.city_officer)
    client.get(*asked)
    with kept_queries(name):
        assert client.get(*asked).status_code == 200
