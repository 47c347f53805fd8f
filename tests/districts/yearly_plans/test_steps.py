"""Every step of a yearly plan: the page tells of exactly those who get a message; an old form changes nothing."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from districts.yearly_plans import services
from districts.yearly_plans.lifecycle import IMPLEMENTATION_PLAN
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.core.errors import Stale
from greendistrict.workflow.procedure import take
from tests.factories.accounts import cast as make_cast
from tests.factories.accounts import make_user
from tests.factories.districts import make_district
from tests.files import pdf
from tests.steps import REASON, Walk, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(IMPLEMENTATION_PLAN)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]


@pytest.fixture
def cast():
    return make_cast()


@pytest.fixture
def plan(cast):
    district = make_district(cast, code="yanshi", name="演示新城（虚构）")
    made = services.open_plan(authority=cast.authority_body, year=2027, by=cast.authority)
    services.save_item(plan=made, values=work(district), by=cast.authority)
    made.refresh_from_db()
    return made


def work(district, **changed):
    values = {"district": district, "work": "planning", "name": "编制专业规划", "money": Decimal(120)}
    return {**values, "start": dt.date(2027, 1, 1), "finish": dt.date(2027, 9, 30), **changed}


def walk(client, cast, plan, step):
    machine, action, source = step
    ImplementationPlan.objects.filter(pk=plan.pk).update(status=source, filed_on=None if source in services.OPEN else dt.date(2026, 11, 1))
    plan.refresh_from_db()
    page = reverse("districts:implementation_plan_edit", args=[plan.pk])
    url = reverse("districts:implementation_plan_step", args=[plan.pk])
    return Walk(client, cast, machine, plan, action, page, url)


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, cast, plan, step):
    walk(client, cast, plan, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, cast, plan, step):
    walk(client, cast, plan, step).refuses_an_old_form()


@pytest.mark.parametrize("change", ["add", "change", "drop", "paper"])
def test_nobody_files_works_that_the_page_did_not_show(cast, plan, change, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    opened, item = ImplementationPlan.objects.get(), plan.items.get()
    second = make_user("authority", cast.authority_body)
    if change == "add":
        services.save_item(plan=plan, values=work(item.district, name="另一项"), by=second)
    elif change == "change":
        services.save_item(plan=plan, values={"money": Decimal(9)}, by=second, item=item, version=item.version)
    elif change == "drop":
        services.drop_item(item=item, by=second)
    else:
        services.keep_document(plan=plan, upload=SimpleUploadedFile("计划.pdf", pdf(), "application/pdf"), by=second)
    with pytest.raises(Stale):
        take(obj=opened, action="file", by=cast.authority, version=opened.version)


def test_a_reason_that_is_too_long_comes_back(client, cast, plan):
    returned = walk(client, cast, plan, (IMPLEMENTATION_PLAN, "return", "filed"))
    client.force_login(cast.city_officer)
    answer = returned.post(plan.version, reason=REASON * 200)
    assert answer.status_code == 422
    assert REASON * 200 in answer.content.decode()
    plan.refresh_from_db()
    assert plan.status == "filed"
