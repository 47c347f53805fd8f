"""The lists of assessments: conditions in the address, and the same rows as a workbook."""

import datetime as dt
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from assessments.inspections.models import Inspection
from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.tables.models import ScoreTable
from districts.common.enums import Stage
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.stages import TITLED, make_stage

pytestmark = pytest.mark.django_db
NORTH, SOUTH = "演示北区（虚构）", "演示南区（虚构）"


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def districts(people):
    return [make_district(people, name=name, stage=Stage.PILOT, titled_on=TITLED) for name in (NORTH, SOUTH)]


def stages(people, districts):
    for district in districts:
        make_stage(people, filled=False, district=district)
    StageAssessment.objects.filter(district=districts[1]).update(status="filed", number="JD-2026-0001", filed_at=clock.now())


def posts(_people, districts):
    draw = SampleDraw.objects.create(year=2026, is_demo=True, secret_digest="a" * 64, secret="b" * 64, committed_at=clock.now())
    for district, status in zip(districts, ("draft", "filed"), strict=True):
        PostEvaluation.objects.create(district=district, draw=draw, year=2026, status=status, due=clock.today(), opened_at=clock.now())


def inspections(people, districts):
    for district, status in zip(districts, ("draft", "closed"), strict=True):
        Inspection.objects.create(
            district=district, mode="desk", basis="年度检查（虚构）", inspected_on=clock.today(), team="甲（虚构）", status=status,
            opened_by=people.city_officer, opened_at=clock.now(),
        )  # fmt: skip


def checks(people, districts):
    for district in districts:
        make_self_check(people, district=district, filled=False)


LISTS = [
    (stages, "stage", {"status": "filed"}, "stage.export"),
    (posts, "post", {"status": "filed", "year": "2026"}, "post_evaluation.export"),
    (inspections, "inspection", {"status": "closed", "mode": "desk", "open": "no"}, "inspection.export"),
    (checks, "selfcheck", {"status": "draft", "q": "南区"}, "self_check.export"),
]


@pytest.mark.parametrize("listed", LISTS, ids=[row[1] for row in LISTS])
def test_what_is_asked_for_is_what_the_workbook_holds(client, people, districts, listed):
    make, name, chosen, action = listed
    make(people, districts)
    client.force_login(people.city_officer)
    page, export = (reverse(f"assessments:{name}_{what}") for what in ("list", "export"))
    both = client.get(page).content.decode()
    assert NORTH in both
    assert SOUTH in both
    one = client.get(page, chosen).content.decode()
    assert NORTH not in one
    assert f'href="{export}?' in one
    sheet = load_workbook(BytesIO(client.get(export, chosen).content)).active
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert [(row[0], row[1], row[-1]) for row in rows] == [(1, SOUTH, "演示数据")]
    assert "演示数据" in sheet["A1"].value
    assert AuditRecord.objects.filter(action=action).count() == 1
    nothing = client.get(page, {"q": "没有这个"}).content.decode()
    assert "没有符合条件的" in nothing
    assert "清空查询条件" in nothing


def test_a_workbook_holds_what_its_reader_may_see(client, people, districts):
    inspections(people, districts)
    client.force_login(people.preparer)
    sheet = load_workbook(BytesIO(client.get(reverse("assessments:inspection_export")).content)).active
    assert [row[1] for row in sheet.iter_rows(min_row=4, values_only=True)] == [SOUTH]


def test_days_and_figures_are_cells_that_can_be_sorted(client, people, districts):
    inspections(people, districts)
    client.force_login(people.city_officer)
    sheet = load_workbook(BytesIO(client.get(reverse("assessments:inspection_export")).content)).active
    assert [cell.value for cell in sheet[3]][:4] == ["序号", "城区名称", "检查日期", "方式"]
    assert dt.date.fromisoformat(sheet["C4"].value) == clock.today()
    assert sheet["I4"].value == 0


def test_no_list_tells_a_score_before_it_is_submitted(client, people, districts):
    checks(people, districts)
    ScoreTable.objects.update(result={"total": "71.23"})
    for user in (people.city_officer, people.authority, people.preparer):
        client.force_login(user)
        for name in ("selfcheck_list", "score_table_list"):
            assert "71.23" not in client.get(reverse(f"assessments:{name}")).content.decode()
        sheet = load_workbook(BytesIO(client.get(reverse("assessments:selfcheck_export")).content)).active
        assert not [cell.value for row in sheet.iter_rows() for cell in row if cell.value == "71.23"]
