"""The lists of assessments: conditions in the address, the same rows as a workbook; tasks of four kinds read by one query."""

import datetime as dt
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from assessments.inspections import selectors as inspections
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.post_evaluations import selectors as postevaluations
from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.stage_assessments.selectors import stages
from assessments.tables.models import ScoreTable
from assessments.worklist.selectors import waiting
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors import yearly_reports
from districts.common.enums import Stage
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads
from greendistrict.workflow.todo import Task
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.stages import TITLED, make_stage

pytestmark = pytest.mark.django_db
NORTH, SOUTH = "演示北区（虚构）", "演示南区（虚构）"


@pytest.fixture
def districts(people):
    return [make_district(people, name=name, stage=Stage.PILOT, titled_on=TITLED) for name in (NORTH, SOUTH)]


def stage_rows(people, districts):
    for district in districts:
        make_stage(people, filled=False, district=district)
    StageAssessment.objects.filter(district=districts[1]).update(status="filed", number="JD-2026-0001", filed_at=clock.now())


def post_rows(_people, districts):
    draw = SampleDraw.objects.create(year=2026, is_demo=True, secret_digest="a" * 64, secret="b" * 64, committed_at=clock.now())
    for district, status in zip(districts, ("draft", "filed"), strict=True):
        PostEvaluation.objects.create(district=district, draw=draw, year=2026, status=status, due=clock.today(), opened_at=clock.now())


def inspection_rows(people, districts):
    for district, status in zip(districts, ("draft", "closed"), strict=True):
        Inspection.objects.create(
            district=district, mode="desk", basis="年度检查（虚构）", inspected_on=clock.today(), team="甲（虚构）", status=status,
            opened_by=people.city_officer, opened_at=clock.now(),
        )  # fmt: skip


def check_rows(people, districts):
    for district in districts:
        make_self_check(people, district=district, filled=False)


LISTS = [
    (stage_rows, "stage", {"status": "filed"}, "stage.export"),
    (post_rows, "post", {"status": "filed", "year": "2026"}, "post_evaluation.export"),
    (inspection_rows, "inspection", {"status": "closed", "mode": "desk", "open": "no"}, "inspection.export"),
    (check_rows, "selfcheck", {"status": "draft", "q": "南区"}, "self_check.export"),
]


@pytest.mark.parametrize("listed", LISTS, ids=[row[1] for row in LISTS])
def test_what_is_asked_for_is_what_the_workbook_holds(officer, people, districts, listed):
    make, name, chosen, action = listed
    make(people, districts)
    page, export = (reverse(f"assessments:{name}_{what}") for what in ("list", "export"))
    both = officer.get(page).content.decode()
    assert NORTH in both
    assert SOUTH in both
    one = officer.get(page, chosen).content.decode()
    assert NORTH not in one
    assert f'href="{export}?' in one
    sheet = load_workbook(BytesIO(officer.get(export, chosen).content)).active
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert [(row[0], row[1], row[-1]) for row in rows] == [(1, SOUTH, "演示数据")]
    assert "演示数据" in sheet["A1"].value
    assert AuditRecord.objects.filter(action=action).count() == 1


def test_a_workbook_holds_what_its_reader_may_see(preparer, people, districts):
    inspection_rows(people, districts)
    sheet = load_workbook(BytesIO(preparer.get(reverse("assessments:inspection_export")).content)).active
    assert [row[1] for row in sheet.iter_rows(min_row=4, values_only=True)] == [SOUTH]


def test_days_and_figures_are_cells_that_can_be_sorted(officer, people, districts):
    inspection_rows(people, districts)
    sheet = load_workbook(BytesIO(officer.get(reverse("assessments:inspection_export")).content)).active
    assert [cell.value for cell in sheet[3]][:4] == ["序号", "城区名称", "检查日期", "方式"]
    assert dt.date.fromisoformat(sheet["C4"].value) == clock.today()
    assert sheet["I4"].value == 0


def test_no_list_tells_a_score_before_it_is_submitted(client, people, districts):
    check_rows(people, districts)
    ScoreTable.objects.update(result={"total": "71.23"})
    for user in (people.city_officer, people.authority, people.preparer):
        client.force_login(user)
        for name in ("selfcheck_list", "score_table_list"):
            assert "71.23" not in client.get(reverse(f"assessments:{name}")).content.decode()
        sheet = load_workbook(BytesIO(client.get(reverse("assessments:selfcheck_export")).content)).active
        assert not [cell.value for row in sheet.iter_rows() for cell in row if cell.value == "71.23"]


DAY = dt.date(2026, 12, 1)
STATES = {
    StageAssessment: ("draft", "signing", "filed", "judging", "checking", "deciding", "rectifying", "rechecking", "qualified"),
    PostEvaluation: ("draft", "signing", "filed", "checking", "deciding", "qualified"),
    YearlyReport: ("draft", "signing", "filed", "received", "returned"),
    InspectionFinding: ("open", "replied", "closed"),
}


def one_of_each(people, number=0):
    """A stage assessment, an evaluation, a report and a finding of one district."""
    district = make_district(people, name=f"演示待办{number}城（虚构）", stage=Stage.PILOT, titled_on=TITLED)
    make_stage(people, filled=False, district=district, extension_asked="设备到货推迟", rectify_due=DAY)
    draw, _ = SampleDraw.objects.get_or_create(year=2026, is_demo=True, defaults={"committed_at": clock.now()})
    PostEvaluation.objects.create(district=district, draw=draw, year=2026, due=DAY, opened_at=clock.now())
    YearlyReport.objects.create(district=district, kind="carbon", year=2025, opened_at=clock.now())
    visit = Inspection.objects.create(
        district=district, mode="desk", basis="计划", inspected_on=clock.today(), team="甲", status="issued", opened_at=clock.now()
    )
    InspectionFinding.objects.create(inspection=visit, order=1, rule="SUPERVISION", text="问题", demand="整改", due=DAY, reply="已改")
    return district


def told(user) -> set[Task]:
    return {task for kind in (stages, postevaluations, yearly_reports, inspections) for task in kind.tasks_for(user)}


@pytest.mark.parametrize("place", range(max(map(len, STATES.values()))))
def test_nobody_is_told_more_or_less_than_by_the_kinds_themselves(people, place):
    one_of_each(people)
    for model, states in STATES.items():
        model.objects.update(status=states[place % len(states)])
    for seat, user in people.everybody.items():
        found = waiting.tasks_for(user)
        assert set(found) == told(user), seat
        assert len(found) == len(set(found))


@pytest.mark.parametrize("seat", ["preparer", "city_officer", "reviewer"])
def test_one_query_whatever_waits(people, seat):
    def asked():
        with held_reads(), CaptureQueriesContext(connection) as caught:
            waiting.tasks_for(people.everybody[seat])
        return len([query for query in caught.captured_queries if "assessments_" in query["sql"]])

    one_of_each(people)
    StageAssessment.objects.update(status="judging")
    YearlyReport.objects.update(status="filed")
    asked()
    one = asked()
    one_of_each(people, 1)
    one_of_each(people, 2)
    StageAssessment.objects.update(status="judging")
    YearlyReport.objects.update(status="filed")
    assert one == asked() == 1
