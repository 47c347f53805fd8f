"""Every step of a report on a year of operation: the page tells of exactly those who get a message; an old form changes nothing."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.yearly_reports import services
from assessments.yearly_reports.lifecycle import YEARLY_REPORT
from assessments.yearly_reports.models import YearlyReport
from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.documents.services import store
from greendistrict.workflow.models import TransitionRecord
from greendistrict.workflow.procedure import procedure_of, take
from tests.factories.accounts import cast as make_cast
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.files import pdf
from tests.steps import Walk, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(YEARLY_REPORT)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]


def make_filled():
    cast = make_cast()
    district = make_district(cast, stage=Stage.PILOT, titled_on=dt.date(2024, 5, 6))
    report = YearlyReport.objects.create(district=district, kind="operation", year=2025, opened_at=clock.now())
    paper = SimpleUploadedFile("报告.pdf", pdf(), "application/pdf")
    store(owner=report, upload=paper, kind="运营工作报告", title="运营工作报告", by=cast.preparer)
    figures = {"in_use": "12.50", "green": "10", "staff": "8"}
    services.save(report=report, figures=figures, note="平稳运行（虚构）", verifier="", version=0, by=cast.preparer)
    return cast, YearlyReport.objects.get()


filled = once(make_filled)
world = copy_of("filled")


def walk(client, world, step):
    cast, report = world
    machine, action, source = step
    YearlyReport.objects.filter(pk=report.pk).update(status=source)
    report.refresh_from_db()
    page, url = (reverse(f"assessments:{name}", args=[report.pk]) for name in ("yearly_report", "yearly_report_action"))
    return Walk(client, cast, machine, report, action, page, url)


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, world, step):
    walk(client, world, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, world, step):
    walk(client, world, step).refuses_an_old_form()


def test_what_the_steps_say_they_make_is_made_and_what_is_filed_is_kept(world):
    cast, report = world
    made = {action: step.makes for action, step in procedure_of(report).steps.items() if step.makes}
    assert made == dict.fromkeys(("sign", "verified"), ("number", "paper_code"))
    take(obj=report, action="hand_up", by=cast.preparer, version=report.version)
    take(obj=report, action="sign", by=cast.reviewer, version=report.version)
    assert report.number.startswith("YY-")
    [kept] = TransitionRecord.objects.filter(action="sign").values_list("facts", flat=True)
    assert kept["filed"]["figures"]["专职运营管理人员"] == "8 人"
    assert [file["title"] for file in kept["filed"]["files"]] == ["运营工作报告"]
