"""Districts for the report of one district: everything filled, nothing filled, very much."""

import datetime as dt
from decimal import Decimal

from assessments.inspections.models import Inspection, InspectionFinding
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.models import StageOpinion
from assessments.tables.models import RowEvidence, ScoreRow
from assessments.yearly_reports.models import YearlyReport
from carbon.targets.services import explain
from districts.common.enums import ProjectState
from districts.file.models.district import District
from districts.indicator_systems.targets import measure_of
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from districts.special_plans.models import SpecialPlan
from districts.yearly_plans.models import ImplementationPlan, PlanItem
from greendistrict.core import clock
from greendistrict.core.columns import write_columns
from greendistrict.documents.services import store_bytes
from indicators.editions.selectors import rules_for
from tests.carbon.inventories.world import filed_years
from tests.factories.accounts import cast
from tests.factories.districts import make_district
from tests.factories.received import at, received_self_check
from tests.factories.reviews import Scene
from tests.factories.stages import make_stage
from tests.factories.titles import give_title
from tests.reports.world import LONG, many_districts, spoil

LONG_NAME = "演示名字很长很长的绿色生态城区更新示范片区及其拓展区域（虚构）"
PLOTS = 20
MISSED = "光伏未按期并网，2027年补建（虚构）。" * 12
BEFORE, DAY, AFTER = dt.date(2026, 10, 8), dt.date(2026, 12, 31), dt.date(2027, 2, 3)


def empty_check():
    """A received self-check of a pilot about which nothing else was entered."""
    return received_self_check(cast())


def full_check():
    """A received self-check of a pilot with a long name, with rows in every list, very long texts and values that are missing."""
    people = cast()
    district = make_district(people, name=LONG_NAME, code="chang", key_areas=["五个新城"], target_star=2, population=None)
    give_title(district, granted_on=dt.date(2024, 6, 1))
    district = District.objects.get(pk=district.pk)
    fill_lists(district, people, PLOTS)
    fill_supervision(district, people)
    return received_self_check(people, district=district, change=_change)


def _change(check) -> None:
    spoil(check)
    about = {"name": "x.pdf", "content_type": "application/pdf", "kind": "佐证", "title": "能耗监测平台接入证明" * 3}
    file = store_bytes(owner=check.table, content=b"%PDF-1.4 x", **about)
    rows = {row.item_id: row for row in ScoreRow.objects.filter(table=check.table)}
    for row in list(rows.values())[::4]:
        RowEvidence.objects.create(row=row, document=file, page=3)
    rows["6.2.14"].exclusion_reason = "城区范围内没有历史建筑和既有建筑，" * 25
    items = rules_for(check.table.edition).items
    for row in rows.values():
        measure = measure_of(items[row.item_id])
        if isinstance(row.value, str) and measure.is_numeric and measure.better == 1:
            row.target, row.value = row.value, str(measure.low)
    write_columns(list(rows.values()), ["target", "value", "exclusion_reason"])


def fill_lists(district, people, plots: int) -> None:
    """Plots, projects, works, plan and carbon."""
    about = {"district": district, "is_demo": True}
    days = ({}, {"acquired_on": BEFORE}, {"acquired_on": BEFORE, "started_on": BEFORE}, {"built_on": BEFORE, "conforms": True})
    Plot.objects.bulk_create(
        Plot(
            number=f"QP-{number:04d}", land_use="商业服务业用地（混合）", area_ha=Decimal("1.25"), acquisition="grant",
            planned_start=BEFORE, floor_area=None if number % 5 == 0 else Decimal(23000 + number), **about, **days[number % 4],
        )
        for number in range(plots)
    )  # fmt: skip
    planned = {"planned_start": dt.date(2025, 3, 1), "planned_finish": dt.date(2026, 6, 30), "started_on": dt.date(2025, 9, 1)}
    long = "能源中心及区域集中供冷供热管网一期工程" * 2
    KeyProject.objects.create(name=long, state=ProjectState.BUILDING, investment=Decimal(123456), **planned, **about)
    KeyProject.objects.create(name="海绵公园", **about)
    Work.objects.create(name="中央大道综合管廊", kind="管廊", length_m=Decimal(1800), planned_finish=BEFORE, **about)
    SpecialPlan.objects.create(
        district=district, carbon_intensity_target=Decimal(35), approved_on=dt.date(2024, 3, 1),
        carbon_stage_targets=[{"year": 2027, "value": "32"}, {"year": 2030, "value": "28.5"}],
    )  # fmt: skip
    figures = {"total": "1200", "area": "4"}
    YearlyReport.objects.create(
        district=district, kind="carbon", year=2026, status="received", number="TH-2027-0001", opened_at=at(2027, 1, 1),
        filed_at=at(2027, 3, 1), received_at=at(2027, 3, 9), figures=figures, verifier="演示核查有限公司（虚构）",
    )  # fmt: skip
    with clock.at(at(2027, 2, 2)):
        filed_years(people, district, (2024, 2026))
        explain(district=district, year=2026, text=MISSED, version=0, by=people.preparer)
    plan = ImplementationPlan.objects.create(authority=people.authority_body, year=2027, status="filed", filed_on=DAY, is_demo=True)
    work = {"work": "plots", "name": "两个地块开工建设", "department": "演示建管委（虚构）", "money": Decimal(1200)}
    PlanItem.objects.create(plan=plan, district=district, **work)


def fill_supervision(district, people) -> None:
    """An inspection with findings, and opinions that fill pages."""
    visit = Inspection.objects.create(
        district=district, mode="onsite", basis="年度监督检查", inspected_on=BEFORE, team="甲、乙", status="issued", number="JC-2026-0001",
        opened_at=at(2026, 10, 8), summary="现场检查",
    )  # fmt: skip
    for number in (1, 2):
        told = {"text": LONG, "demand": "限期整改并报送整改情况" * number, "due": dt.date(2026, 11, 30)}
        InspectionFinding.objects.create(inspection=visit, order=number, rule="SUPERVISION", **told)
    review = Scene(people=people).to_inviting().review
    stage = make_stage(people, district=district, filled=False)
    for number in (1, 2, 3):
        StageOpinion.objects.create(
            stage=stage, review=review, number=number, field="低碳", item_id="4.1.2", item_title="碳排放控制目标", text=LONG * number,
            kind="must", body="演示能源有限公司（虚构）", drawn_up_at=at(2026, 9, 1),
        )  # fmt: skip


def eventful_year():
    """People, and the received self-check of a district with something in every part of the reports."""
    people = cast()
    check, *_ = many_districts(people)
    fill_lists(check.district, people, 4)
    fill_supervision(check.district, people)
    return people, SelfCheck.objects.select_related("district").get(pk=check.pk)
