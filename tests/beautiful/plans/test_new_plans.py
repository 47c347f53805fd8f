"""Creating the first plan; lists and pages with zero, one and three rows."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from beautiful.plans import services
from beautiful.plans.models import ActionPlan
from greendistrict.core import clock
from tests.beautiful.plans.world import FIRST, PLACE, status, values
from tests.factories.accounts import cast
from tests.factories.once import copy_of, once
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("january")]
everybody = once(cast)
nobodys = copy_of("everybody")


@pytest.mark.parametrize("number", [0, 1, 3])
@pytest.mark.parametrize("name", ["plan_list", "plan"])
def test_a_page_asks_the_same_for_any_number_of_rows(client, nobodys, name, number, kept_queries):
    officer, args = nobodys.city_officer, []
    if name == "plan":
        plan = services.make_plan(first_year=FIRST, is_demo=True, by=officer)
        args = [plan.pk]
        for _ in range(number):
            services.add_task(plan=plan, values=values(nobodys.city_body, **PLACE), by=officer)
    else:
        for one in range(number):
            first = {"first_year": 2024 + one, "made_at": clock.now(), "made_by": officer, "issued_at": clock.now()}
            ActionPlan.objects.create(**first, issued_on=dt.date(2026, 1, 1), basis="演示")
    assert status(client, officer, name, *args) == HTTPStatus.OK
    with kept_queries(f"{name} {'rows' if number else 'empty'}"):
        page = client.get(reverse(f"beautiful:{name}", args=args)).content.decode()
    assert page.count("演示任务（虚构）" if name == "plan" else "三年行动计划（") == number


def test_a_plan_without_a_task_is_not_issued(nobodys):
    plan = services.make_plan(first_year=FIRST, is_demo=True, by=nobodys.city_officer)
    refuses("没有任务", services.issue_plan, plan=plan, on=dt.date(2026, 1, 1), basis="演示", by=nobodys.city_officer)
    refuses("已有", services.make_plan, first_year=FIRST, is_demo=True, by=nobodys.city_officer)
    services.make_plan(first_year=FIRST, is_demo=False, by=nobodys.city_officer)


def test_the_first_plan_is_made_on_its_page(client, nobodys):
    client.force_login(nobodys.city_officer)
    url = reverse("beautiful:plan_create")
    assert client.post(url, {"first_year": "1"}).status_code == 422
    assert client.post(url, {"first_year": "2026", "is_demo": "on"}).status_code == HTTPStatus.FOUND
    assert client.post(url, {"first_year": "2027", "is_demo": "on"}).status_code == 422
    client.force_login(nobodys.city_checker)
    assert client.get(url).status_code == HTTPStatus.NOT_FOUND
