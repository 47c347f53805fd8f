"""The lists of assessments and their workbooks; tasks of four kinds read by one query; forms of matters that were closed meanwhile."""

import datetime as dt
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from assessments.inspections import selectors as inspections
from assessments.inspections.models import Inspection, InspectionFinding
from assessments.post_evaluations import selectors as postevaluations
from assessments.post_evaluations.models import PostEvaluation, SampleDraw
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.selectors import stages
from assessments.tables.models import ScoreTable
from assessments.worklist.selectors import filed_tasks
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors import yearly_reports
from districts.common.enums import Stage
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.memoisation import held_reads
from tests.assessments.browsing import lacking, text_of, url
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.stages import TITLED, make_stage

NORTH, SOUTH = "演示北区（虚构）", "演示南区（虚构）"


@pytest.fixture
def districts(people):
    return [make_district(people, name=name, stage=Stage.PILOT, titled_on=TITLED) for name in (NORTH, SOUTH)]


def stage_rows(people, districts):
    for district in districts:
        make_stage(people, filled=False, district=district)
    StageAssessment.objects.filter(district__name=SOUTH).update(status="filed", number="JD-2026-0001", filed_at=clock.now())


def post_rows(_people, districts):
    kept = {"secret_digest": "a" * 64, "secret": "b" * 64, "committed_at": clock.now()}
    draw, _ = SampleDraw.objects.get_or_create(year=2026, is_demo=True, defaults=kept)
    for district, status in zip(districts, ("draft", "filed"), strict=False):
        PostEvaluation.objects.create(district=district, draw=draw, year=2026, status=status, due=clock.today(), opened_at=clock.now())


def inspection_rows(people, districts):
    for district, status in zip(districts, ("draft", "closed"), strict=False):
        Inspection.objects.create(
            district=district, mode="desk", basis="年度检查（虚构）", inspected_on=clock.today(), team="甲（虚构）", status=status,
            opened_by=people.city_officer, opened_at=clock.now(),
        )  # fmt: skip


def check_rows(people, districts):
    for district in districts:
        make_self_check(people, district=district, filled=False)


def report_rows(_people, districts):
    for district, status in zip(districts, ("draft", "filed"), strict=False):
        YearlyReport.objects.create(district=district, kind="operation", year=2025, status=status, opened_at=clock.now())


LISTS = [
    (stage_rows, "stage", {"status": "filed"}, "stage.export"),
    (post_rows, "post", {"status": "filed", "year": "2026"}, "post_evaluation.export"),
    (inspection_rows, "inspection", {"status": "closed", "mode": "desk", "open": "no"}, "inspection.export"),
    (check_rows, "selfcheck", {"status": "draft", "q": "南区"}, "self_check.export"),
    (report_rows, "yearly_report", {"status": "filed", "year": "2025", "q": "南区"}, "yearly_report.export"),
]


@pytest.mark.parametrize("listed", LISTS, ids=[row[1] for row in LISTS])
def test_what_is_asked_for_is_what_the_workbook_holds(officer, people, districts, listed):
    make, name, chosen, action = listed
    make(people, districts)
    page, export = url(f"{name}_list"), url(f"{name}_export")
    assert lacking(officer.get(page), NORTH, SOUTH) == (200, [])
    one = officer.get(page, chosen)
    assert lacking(one, NORTH, f'href="{export}?') == (200, [NORTH])
    sheet = load_workbook(BytesIO(officer.get(export, chosen).content)).active
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert [(row[0], row[1], row[-1]) for row in rows] == [(1, SOUTH, "演示数据")]
    assert "演示数据" in sheet["A1"].value
    assert AuditRecord.objects.filter(action=action).count() == 1


@pytest.mark.parametrize("listed", LISTS, ids=[row[1] for row in LISTS])
def test_each_list_asks_as_much_for_two_as_for_one(officer, people, listed, kept_queries):
    make, name, *_ = listed
    for added in (NORTH, SOUTH):
        make(people, [make_district(people, name=added, stage=Stage.PILOT, titled_on=TITLED)])
        officer.get(url(f"{name}_list"))
        with kept_queries(name):
            page = officer.get(url(f"{name}_list"))
        assert added in text_of(page)


def test_a_workbook_holds_what_its_reader_may_see_in_cells_that_can_be_sorted(client, people, districts):
    inspection_rows(people, districts)

    def exported(user):
        client.force_login(user)
        return load_workbook(BytesIO(client.get(url("inspection_export")).content)).active

    assert [row[1] for row in exported(people.preparer).iter_rows(min_row=4, values_only=True)] == [SOUTH]
    sheet = exported(people.city_officer)
    assert [cell.value for cell in sheet[3]][:4] == ["序号", "城区", "检查日期", "计划"]
    assert (sheet["C4"].value.date(), sheet["C4"].number_format, sheet["J4"].value) == (clock.today(), "yyyy-mm-dd", 0)
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == (sheet.dimensions.replace("A1", "A3"), "C4")


def test_no_list_tells_a_score_before_it_is_submitted(client, people, districts):
    check_rows(people, districts)
    ScoreTable.objects.update(result={"total": "71.23"})
    for user in (people.city_officer, people.authority, people.preparer):
        client.force_login(user)
        for name in ("selfcheck_list", "score_table_list"):
            assert "71.23" not in text_of(client.get(url(name)))
        sheet = load_workbook(BytesIO(client.get(url("selfcheck_export")).content)).active
        assert not [cell.value for row in sheet.iter_rows() for cell in row if str(cell.value) == "71.23"]


DAY = dt.date(2026, 12, 1)
STATES = {
    StageAssessment: ("draft", "signing", "filed", "judging", "checking", "deciding", "rectifying", "rechecking", "qualified"),
    PostEvaluation: ("draft", "signing", "filed", "checking", "deciding", "qualified"),
    YearlyReport: ("draft", "signing", "filed", "received", "returned"),
    InspectionFinding: ("open", "replied", "closed"),
}


def made_visit(people, district=None):
    days = {"inspected_on": clock.today(), "opened_at": clock.now(), "issued_at": clock.now()}
    district = district or make_district(people, stage=Stage.PILOT)
    return Inspection.objects.create(district=district, mode="onsite", basis="年度检查", team="甲", status="issued", **days)


def one_of_each(people, number=0):
    """A stage assessment, an evaluation, a report and a finding of one district."""
    district = make_district(people, name=f"演示待办{number}城（虚构）", stage=Stage.PILOT, titled_on=TITLED)
    make_stage(people, filled=False, district=district, extension_asked="设备到货推迟", rectify_due=DAY)
    draw, _ = SampleDraw.objects.get_or_create(year=2026, is_demo=True, defaults={"committed_at": clock.now()})
    PostEvaluation.objects.create(district=district, draw=draw, year=2026, due=DAY, opened_at=clock.now())
    YearlyReport.objects.create(district=district, kind="carbon", year=2025, opened_at=clock.now())
    told = {"rule": "SUPERVISION", "text": "问题", "demand": "整改", "due": DAY, "reply": "已改"}
    InspectionFinding.objects.create(inspection=made_visit(people, district), order=1, **told)


@pytest.mark.parametrize("place", range(max(map(len, STATES.values()))))
def test_nobody_is_told_more_or_less_than_by_the_kinds_themselves(people, place):
    one_of_each(people)
    for model, states in STATES.items():
        model.objects.update(status=states[place % len(states)])
    for seat, user in people.everybody.items():
        found = filed_tasks(Viewer(user))
        apart = {task for kind in (stages, postevaluations, yearly_reports, inspections) for task in kind.tasks_for(Viewer(user))}
        assert set(found) == apart, seat
        assert len(found) == len(set(found))


@pytest.mark.parametrize("seat", ["preparer", "city_officer", "reviewer"])
def test_one_query_whatever_waits(people, seat):
    def asked(number):
        one_of_each(people, number)
        StageAssessment.objects.update(status="judging")
        YearlyReport.objects.update(status="filed")
        with held_reads(), CaptureQueriesContext(connection) as caught:
            filed_tasks(Viewer(people.everybody[seat]))
        return len([query for query in caught.captured_queries if "w_kind" in query["sql"]])

    asked(0)
    assert (asked(1), asked(2)) == (1, 1)


pytestmark = pytest.mark.django_db
WORDS = "没有保存，可以复制留用"
LONG = "现场逐项核对，已整改三处（虚构）"


def yearly_report(people):
    report_rows(people, [make_district(people, stage=Stage.PILOT, titled_on=dt.date(2024, 5, 6))])
    YearlyReport.objects.update(status="filed")
    sent = {"version": 0, "in_use": "12.5", "green": "不是数", "note": LONG}
    return "yearly_report_save", [YearlyReport.objects.get()], people.preparer, sent, {"12.5", "不是数", LONG}


def post_evaluation(people):
    post_rows(people, [make_district(people, stage=Stage.DEMONSTRATION)])
    PostEvaluation.objects.update(status="filed")
    sent = {"version": 0, "operation": LONG, "effect": "能耗下降"}
    return "post_save", [PostEvaluation.objects.get()], people.preparer, sent, {LONG, "能耗下降"}


def rectification(people):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.update(status="rechecking", rectification="")
    return "stage_rectify", [stage], people.preparer, {"version": 0, "rectification": LONG}, {LONG}


def reason(people):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.update(status="mended")
    return "stage_action", [stage], people.city_officer, {"action": "recheck_return", "version": 0, "reason": LONG}, {LONG}


def mechanism(people):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.update(status="filed")
    sent = {"version": 0, "state-coordination": "done", "text-coordination": LONG}
    return "stage_mechanism", [stage], people.preparer, sent, {LONG}


def inspection(people):
    found = made_visit(people)
    sent = {"version": 0, "mode": "onsite", "basis": "群众反映", "inspected_on": clock.today(), "team": "乙", "summary": LONG}
    return "inspection_save", [found], people.city_officer, sent, {"群众反映", LONG}


def new_finding(people):
    found = made_visit(people)
    sent = {"rule": "SUPERVISION", "text": LONG, "severity": "minor", "demand": "补齐记录", "due": clock.today()}
    return "inspection_finding_add", [found], people.city_officer, sent, {LONG, "补齐记录"}


def reply(people):
    told = {"text": "缺记录", "demand": "补齐", "due": clock.today(), "rule": "SUPERVISION"}
    finding = InspectionFinding.objects.create(inspection=made_visit(people), order=1, status="closed", **told)
    return "inspection_reply", [finding.inspection_id, finding], people.preparer, {"version": 0, "reply": LONG}, {LONG}


def self_check(people):
    check = make_self_check(people)
    SelfCheck.objects.update(status="filed")
    return "selfcheck_report", [check], people.preparer, {"version": 0, "overview": LONG, "plan": "下一年计划"}, {LONG, "下一年计划"}


CLOSED = [yearly_report, post_evaluation, rectification, reason, mechanism, inspection, new_finding, reply, self_check]


@pytest.mark.parametrize("closed", CLOSED)
def test_what_was_typed_into_a_closed_form_can_be_copied(client, people, closed):
    name, keys, user, sent, typed = closed(people)
    client.force_login(user)
    answer = client.post(url(name, *keys), sent)
    assert answer.status_code in {403, 409, 410, 422}
    _, told, note = text_of(answer).partition(WORDS)
    assert told
    assert {text for text in typed if text in note.partition("</section>")[0]} == typed
