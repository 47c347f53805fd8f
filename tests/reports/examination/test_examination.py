"""Figures for the annual examination: counted per leading body, fiction apart, the city's only."""

import datetime as dt
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from approvals.common.enums import TitleKind
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.yearly_reports.models import YearlyReport
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.core import clock
from greendistrict.policy.models import Setting
from reports.examination.figures import COLUMNS, examination
from reports.examination.pictures import MATTERS, pictures_of
from tests.factories.accounts import cast, make_organisation
from tests.factories.districts import make_district
from tests.factories.received import at
from tests.factories.stages import YEARLY_DUES, confirm
from tests.factories.titles import give_title

pytestmark = pytest.mark.django_db
TODAY = dt.date(2027, 6, 1)


@pytest.fixture
def people():
    people = cast()
    Setting.objects.create(key="obligations_from", value="2026-01-05", by=people.city_director, at=at(2026, 1, 5), reason="首次启用")
    confirm(people, *YEARLY_DUES)
    return people


def pilot(people, name="演示甲城（虚构）", **kw):
    district = make_district(people, name=name, **kw)
    give_title(district, granted_on=dt.date(2026, 6, 1))
    days = {"opened_at": at(2027, 1, 1), "filed_at": at(2027, 2, 1)}
    for kind, status in (("operation", "received"), ("carbon", "draft")):
        YearlyReport.objects.create(district=district, kind=kind, year=2026, status=status, **days)
    day = dt.date(2027, 3, 1)
    issued = {"status": "issued", "opened_at": at(2027, 3, 1), "issued_at": at(2027, 3, 1)}
    inspection = Inspection.objects.create(district=district, mode="desk", basis="年度检查", inspected_on=day, team="甲", **issued)
    states = (("serious", "open", None), ("minor", "replied", None), ("minor", "closed", at(2027, 4, 1)))
    for order, (severity, status, closed) in enumerate(states, start=1):
        told = {"rule": "SUPERVISION", "text": "问题", "demand": "整改", "due": day, "severity": severity, "status": status}
        InspectionFinding.objects.create(inspection=inspection, order=order, closed_at=closed, **told)
    return district


def counted(year):
    return dict(zip(COLUMNS, examination(year, TODAY, demo=True).total.cells, strict=True))


def test_heads_and_foot_say_which_owed_papers_are_counted(client, people):
    pilot(people)
    client.force_login(people.city_officer)
    with clock.at(at(2027, 6, 1)):
        page = client.get(reverse("reports:examination"), {"year": 2027}).content.decode()
    # Elsewhere 应报 holds unfiled papers by unconfirmed terms as well.
    heads = [COLUMNS[key] for key in ("check_owed", "operation_owed", "carbon_owed")]
    assert all(head.endswith("应报（期限已确认或已报送）") and head in page for head in heads)
    assert "与到期事项按年度列出的一致" not in page


def test_counts_stand_beside_the_leading_body(people):
    pilot(people)
    found = examination(2027, TODAY, demo=True)
    [row] = found.rows
    assert row.name == people.authority_body.name
    shown = dict(zip(COLUMNS, row.cells, strict=True))
    assert {key: value for key, value in shown.items() if value} == {
        "pilot": 1, "check_owed": 1, "operation_owed": 1, "operation_filed": 1, "carbon_owed": 1, "findings": 3, "open": 2, "serious": 1,
    }  # fmt: skip
    assert found.total.cells == row.cells
    YearlyReport.objects.all().delete()
    shown = counted(2027)
    assert [shown[key] for key in ("operation_owed", "carbon_owed", "operation_filed")] == [1, 1, 0], "who never opened one owes it"
    shown = counted(2026)
    assert (shown["findings"], shown["open"]) == (0, 2), "what is open counts whenever it was found"
    assert examination(2027, TODAY, demo=False).rows == (), "fiction and real districts are never added"


def test_what_was_not_filed_by_a_default_day_is_no_debt(people):
    pilot(people)
    Setting.objects.exclude(key="obligations_from").delete()
    shown = counted(2027)
    assert [shown[key] for key in ("check_owed", "operation_owed", "operation_filed", "carbon_owed", "unconfirmed")] == [0, 1, 1, 0, 2]


def test_bodies_of_which_nobody_works_in_the_portal_read_no_record(people):
    known = make_district(name="桃浦智创城", is_demo=False, sources=["x"])
    known.authorities.add(people.authority_body)
    give_title(known, granted_on=dt.date(2022, 6, 1))
    [row] = examination(2027, TODAY, demo=False).rows
    assert dict(zip(COLUMNS, row.cells, strict=True)) == {
        **dict.fromkeys(COLUMNS, 0), "unconfirmed": "无记录",
        **dict.fromkeys((key for key in COLUMNS if key.endswith(("owed", "filed", "received"))), "无记录"),
        "pilot": 1,
    }  # fmt: skip


def test_a_year_gone_by_states_the_titles_of_its_last_day(people):
    district = pilot(people)
    give_title(district, TitleKind.DEMONSTRATION, granted_on=dt.date(2027, 3, 1))
    kinds = [[examination(year, TODAY, demo=True).total.counts[kind] for kind in ("pilot", "demonstration")] for year in (2026, 2027)]
    assert kinds == [[1, 0], [0, 1]]
    assert examination(2025, TODAY, demo=True).rows == ()


def test_two_leading_bodies_read_it_each_and_the_total_once(people):
    district = pilot(people)
    district.authorities.add(make_organisation(OrganisationKind.AUTHORITY, name="演示乙区人民政府（虚构）"))
    found = examination(2027, TODAY, demo=True)
    assert [row.counts["pilot"] for row in found.rows] == [1, 1]
    assert found.total.counts["pilot"] == 1


def test_the_city_takes_it_out(officer, people):
    pilot(people)
    with clock.at(at(2027, 6, 1)):
        sheet = load_workbook(BytesIO(officer.get(reverse("reports:examination_export"), {"year": "20261"}).content)).active
        assert reverse("reports:examination") in officer.get(reverse("reports:report_center")).content.decode()
    assert sheet["A1"].value == "2027年度考核供数"
    assert "演示数据" in sheet["A2"].value
    assert [cell.value for cell in sheet[4]][1:3] == [people.authority_body.name, 1]


def test_pictures_say_the_figures_of_the_table(officer, people):
    pilot(people)
    name = people.authority_body.name
    found = pictures_of(examination(2027, TODAY, demo=True))
    assert {one.name: one.total for one in found.drawn} == {
        "称号": "0 / 1", "自查": "0 / 1", "运营工作报告": "1 / 1", "碳排放核查报告": "0 / 1", "检查问题": "3", "未销号的检查问题": "1 / 2",
    }  # fmt: skip
    assert [f"{name}{one.total}" in one.drawing for one in found.drawn] == [True] * len(found.drawn)
    assert (found.nothing, found.unknown) == (("未报，期限待市级确认", "评估结论"), ())
    assert {key for matter in MATTERS for key in (matter.part, *matter.whole)} == set(COLUMNS), "no column is left out"
    with clock.at(at(2027, 6, 1)):
        page = officer.get(reverse("reports:examination"), {"year": 2027}).content.decode()
    assert page.count('role="img"') == len(found.drawn)
    assert "<table" in page.partition("数据表：1个实施主体和合计</summary>")[2].partition("</details>")[0], "one press away"


def test_without_anybody_in_the_portal_bars_read_no_record(people):
    known = make_district(name="桃浦智创城", is_demo=False, sources=["x"])
    known.authorities.add(people.authority_body)
    give_title(known, granted_on=dt.date(2022, 6, 1))
    found = pictures_of(examination(2027, TODAY, demo=False))
    assert ([one.name for one in found.drawn], found.nothing) == (["称号"], ("评估结论", "检查问题", "未销号的检查问题"))
    assert found.unknown == ("自查", "运营工作报告", "碳排放核查报告", "未报，期限待市级确认")
