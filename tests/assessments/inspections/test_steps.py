"""Every step of an inspection and of a finding: the page tells of exactly those who get a message; an old form changes nothing."""

import datetime as dt

import pytest
from django.urls import reverse

from assessments.inspections import services
from assessments.inspections.lifecycle import INSPECTION, INSPECTION_FINDING
from assessments.inspections.models import Inspection, InspectionFinding
from districts.common.enums import Stage
from greendistrict.core import clock
from greendistrict.core.errors import Stale
from greendistrict.workflow.procedure import procedure_of, take
from tests.factories.accounts import cast as make_cast
from tests.factories.assessments import published_edition
from tests.factories.districts import make_district
from tests.steps import Walk, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(INSPECTION, INSPECTION_FINDING)
NAMES = [f"{machine.name}-{action}-{source}" for machine, action, source in STEPS]
VISIT = {"mode": "onsite", "basis": "年度检查（虚构）", "team": "甲、乙（虚构）", "summary": "查看三个项目（虚构）"}
FAULT = {"rule": "SUPERVISION", "item_id": "", "text": "没有监测记录（虚构）", "severity": "serious", "demand": "补齐记录（虚构）"}


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def found(people):
    district = make_district(people, stage=Stage.PILOT, titled_on=dt.date(2025, 6, 1), edition=published_edition())
    made = services.register(district=district, values={**VISIT, "inspected_on": clock.today()}, by=people.city_officer)
    services.add_finding(inspection=made, values={**FAULT, "due": clock.today() + dt.timedelta(days=30)}, by=people.city_officer)
    return made


def walk(client, people, found, step):
    machine, action, source = step
    state = source if machine is INSPECTION else "issued"
    Inspection.objects.filter(pk=found.pk).update(status=state)
    InspectionFinding.objects.update(
        status="closed" if action == "close" else source if machine is INSPECTION_FINDING else "open", reply="已补齐"
    )
    page = reverse("assessments:inspection", args=[found.pk])
    if machine is INSPECTION:
        obj, url, prefix = Inspection.objects.get(), reverse("assessments:inspection_action", args=[found.pk]), "act"
    else:
        obj = InspectionFinding.objects.get()
        url, prefix = reverse("assessments:inspection_finding_action", args=[found.pk, obj.pk]), f"f{obj.pk}"
    return Walk(client, people, machine, obj, action, page, url, prefix)


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, people, found, step):
    walk(client, people, found, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, people, found, step):
    walk(client, people, found, step).refuses_an_old_form()


@pytest.mark.parametrize("change", ["add", "remove"])
def test_nobody_issues_findings_that_the_page_did_not_show(people, found, change):
    opened = Inspection.objects.get()
    if change == "add":
        services.add_finding(inspection=found, values={**FAULT, "due": clock.today() + dt.timedelta(days=9)}, by=people.secretariat)
    else:
        services.remove_finding(finding=found.findings.get(), by=people.secretariat)
    with pytest.raises(Stale):
        take(obj=opened, action="issue", by=people.city_officer, version=opened.version)


def test_what_the_steps_say_they_make_is_made(people, found):
    found.refresh_from_db()
    steps = procedure_of(found).steps
    assert {action: step.makes for action, step in steps.items() if step.makes} == {
        "issue": ("number", "paper_code"),
        "call_assessment": ("stage_assessment",),
    }
    take(obj=found, action="issue", by=people.city_officer, version=found.version)
    assert found.number.startswith("JC-")
    take(obj=found, action="call_assessment", by=people.city_director, version=found.version)
    assert found.early.district == found.district


def test_a_finding_stays_as_it_is_once_the_inspection_is_closed(client, people, found):
    moved = walk(client, people, found, (INSPECTION_FINDING, "accept", "replied"))
    Inspection.objects.update(status="closed")
    client.force_login(people.city_officer)
    answer = moved.post(moved.obj.version)
    assert answer.status_code == 409
    assert "检查意见没有发出，或已办结" in answer.content.decode()
