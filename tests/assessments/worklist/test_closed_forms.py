"""A form that was sent after its matter was closed is refused, and everything typed stands on the page to be copied."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.inspections.models import Inspection, InspectionFinding
from assessments.post_evaluations import services as posts
from assessments.post_evaluations.models import PostEvaluation
from assessments.self_checks.models import SelfCheck
from assessments.stage_assessments.models.stage import StageAssessment
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Stage
from greendistrict.core import clock
from tests.factories.accounts import cast
from tests.factories.assessments import make_self_check
from tests.factories.districts import make_district
from tests.factories.stages import make_stage

pytestmark = pytest.mark.django_db
WORDS = "您填写的内容没有保存，可以复制留用"
LONG = "现场逐项核对，已整改三处（虚构）"


def visit(people):
    district = make_district(people, stage=Stage.PILOT)
    days = {"inspected_on": clock.today(), "opened_at": clock.now(), "issued_at": clock.now()}
    return Inspection.objects.create(district=district, mode="onsite", basis="年度检查", team="甲", status="issued", **days)


def yearly_report(people):
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2024, 5, 6))
    report = YearlyReport.objects.create(district=district, kind="operation", year=2025, opened_at=clock.now(), status="filed")
    sent = {"version": report.version, "in_use": "12.5", "green": "不是数", "note": LONG}
    return "yearly_report_save", [report.pk], people.preparer, sent, {"12.5", "不是数", LONG}


def post_evaluation(people):
    make_district(people, stage=Stage.DEMONSTRATION, titled_on=clock.today() - dt.timedelta(days=400))
    posts.draw(sample=posts.commit_sample(year=clock.today().year, demo=True, by=people.secretariat), by=people.secretariat)
    found = PostEvaluation.objects.get()
    PostEvaluation.objects.update(status="filed")
    return "post_save", [found.pk], people.preparer, {"version": 0, "operation": LONG, "effect": "能耗下降"}, {LONG, "能耗下降"}


def rectification(people):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.update(status="rechecking", rectification="")
    return "stage_rectify", [stage.pk], people.preparer, {"version": 0, "rectification": LONG}, {LONG}


def mechanism(people):
    stage = make_stage(people, filled=False)
    StageAssessment.objects.update(status="filed")
    sent = {"version": 0, "state-coordination": "done", "text-coordination": LONG}
    return "stage_mechanism", [stage.pk], people.preparer, sent, {LONG}


def inspection(people):
    found = visit(people)
    sent = {"version": 0, "mode": "onsite", "basis": "群众反映", "inspected_on": clock.today(), "team": "乙", "summary": LONG}
    return "inspection_save", [found.pk], people.city_officer, sent, {"群众反映", LONG}


def new_finding(people):
    found = visit(people)
    sent = {"rule": "SUPERVISION", "text": LONG, "severity": "minor", "demand": "补齐记录", "due": clock.today()}
    return "inspection_finding_add", [found.pk], people.city_officer, sent, {LONG, "补齐记录"}


def reply(people):
    told = {"text": "缺记录", "demand": "补齐", "due": clock.today(), "rule": "SUPERVISION"}
    finding = InspectionFinding.objects.create(inspection=visit(people), order=1, status="closed", **told)
    return "inspection_reply", [finding.inspection_id, finding.pk], people.preparer, {"version": 0, "reply": LONG}, {LONG}


def report_text(people):
    _, [report, *_] = yearly_report(people)[:2]
    return "yearly_report_text", [report], people.preparer, {"version": 0, "overview": LONG, "plan": "下一年安排"}, {LONG, "下一年安排"}


def self_check(people):
    check = make_self_check(people)
    SelfCheck.objects.update(status="filed")
    return "selfcheck_report", [check.pk], people.preparer, {"version": 0, "overview": LONG, "plan": "下一年计划"}, {LONG, "下一年计划"}


@pytest.mark.parametrize(
    "closed", [yearly_report, post_evaluation, rectification, mechanism, inspection, new_finding, reply, self_check, report_text]
)
def test_what_was_typed_into_a_closed_form_can_be_copied(client, closed):
    name, keys, user, sent, typed = closed(cast())
    client.force_login(user)
    answer = client.post(reverse(f"assessments:{name}", args=keys), sent)
    assert answer.status_code in {403, 409, 410, 422}
    _, told, note = answer.content.decode().partition(WORDS)
    assert told
    assert {text for text in typed if text in note.partition("</section>")[0]} == typed
