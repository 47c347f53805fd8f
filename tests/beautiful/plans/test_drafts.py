"""A draft plan: who may see and change it, and refusals at their fields."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from beautiful.frame.programme import programme
from beautiful.plans import services
from beautiful.plans.models import PlannedTask
from beautiful.plans.selectors import plans as selectors
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.core.errors import NotAllowed, Refused
from tests.beautiful.plans.world import CITY_SEATS, PLACE, make_draft, offered, report, rolled, seats, status, values
from tests.factories.accounts import make_organisation
from tests.factories.once import copy_of, once
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("january")]
draft = once(make_draft)
drafted = copy_of("draft")


def test_a_draft_is_the_citys_and_its_forms_are_for_the_coordinator(client, drafted):
    for name, row in (("plan", drafted.plan), ("task", drafted.own)):
        assert seats(client, drafted.people, name, row.pk) == CITY_SEATS
    for name in ("plan_issue", "task_create"):
        assert seats(client, drafted.people, name, drafted.plan.pk) == {"city_officer"}
    assert status(client, drafted.people.city_officer, "plan_roll", drafted.plan.pk) == HTTPStatus.NOT_FOUND
    forms = {"plan_issue": drafted.plan, "task_create": drafted.plan, "task_edit": drafted.own, "task_split": drafted.city}
    pages = {name: client.get(reverse(f"beautiful:{name}", args=[row.pk])).content.decode() for name, row in forms.items()}
    assert [name for name, text in pages.items() if f"（{programme().mark}）" not in text] == []
    assert offered(client, drafted.people.city_officer, drafted.city) == {"edit", "split"}
    assert offered(client, drafted.people.city_officer, drafted.own) == {"edit"}
    assert offered(client, drafted.people.city_checker, drafted.city) == set()


def test_fiction_and_reality_never_mix(drafted):
    real = make_organisation(OrganisationKind.AUTHORITY, "真实区政府", is_demo=False)
    refuses("虚构单位", services.add_task, plan=drafted.plan, values=values(real, **PLACE), by=drafted.people.city_officer)
    assert real not in selectors.owners(is_demo=True)
    assert list(selectors.owners(is_demo=False)) == [real]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"phrase": "千座公园计划", "area": "safety"}, "phrase"),
        ({"area": "无", "phrase": ""}, "area"),
        ({"due_on": dt.date(2029, 1, 1)}, "due_on"),
        ({"unit": ""}, "unit"),
        ({"start_value": None}, ""),
        ({"starts_on": dt.date(2028, 12, 31), "due_on": dt.date(2028, 1, 1)}, "due_on"),
    ],
)
def test_a_task_that_does_not_fit_is_refused_at_its_field(drafted, changed, field):
    with pytest.raises(Refused) as refused:
        services.add_task(plan=drafted.plan, values=values(drafted.people.city_body, **PLACE) | changed, by=drafted.people.city_officer)
    assert [one.field for one in refused.value.refusals] == [field]
    assert drafted.plan.planned.count() == 4


def test_an_owner_is_not_beside_itself(drafted):
    own = drafted.people.city_body
    refuses("配合单位", services.add_task, plan=drafted.plan, values=values(own, partners=[own], **PLACE), by=drafted.people.city_officer)


def test_a_draft_does_not_roll_and_nothing_is_reported_on_it(drafted):
    refuses("印发以后", rolled, drafted.plan, drafted.people.city_officer)
    refuses(NotAllowed, report, drafted.own, drafted.people.authority, 1, 5)


def test_forms_keep_what_was_typed(client, drafted):
    client.force_login(drafted.people.city_officer)
    typed = {
        "area": "habitat", "title": "演示（虚构）", "target_text": "三年", "owner": drafted.people.city_body.pk, "starts_on": "x",
        "due_on": "",
    }  # fmt: skip
    answer = client.post(reverse("beautiful:task_create", args=[drafted.plan.pk]), typed)
    assert answer.status_code == 422
    assert 'value="演示（虚构）"' in answer.content.decode()
    good = typed | {"starts_on": "2026-01-01", "due_on": "2027-01-01"}
    assert client.post(reverse("beautiful:task_create", args=[drafted.plan.pk]), good).status_code == HTTPStatus.FOUND
    made = PlannedTask.objects.get(title="演示（虚构）")
    assert made.path is None
    edit = {**good, "title": "演示改（虚构）", "version": "0"}
    assert client.post(reverse("beautiful:task_edit", args=[made.pk]), edit).status_code == HTTPStatus.FOUND
    stale = client.post(reverse("beautiful:task_edit", args=[made.pk]), edit | {"title": "再改"})
    assert stale.status_code == 422
    split = {**good, "title": "演示区任务二（虚构）", "start_value": "0", "target_value": "5", "owner": drafted.people.authority_body.pk}
    assert client.post(reverse("beautiful:task_split", args=[drafted.city.pk]), split).status_code == HTTPStatus.FOUND
    assert PlannedTask.objects.get(title="演示区任务二（虚构）").unit == "公里"
    issue = {"on": "2026-02-01", "basis": "演示〔2026〕2号"}
    assert client.post(reverse("beautiful:plan_issue", args=[drafted.plan.pk]), issue).status_code == HTTPStatus.FOUND
    adjust = {**good, "on": "2026-02-02", "basis": "演示", "reason": "更正（虚构）", "title": "演示三（虚构）", "version": "1"}
    assert client.post(reverse("beautiful:task_adjust", args=[made.pk]), adjust).status_code == HTTPStatus.FOUND
    assert "更正（虚构）" in client.get(reverse("beautiful:task", args=[made.pk])).content.decode()
