"""Creating the first plan; lists and pages with zero, one and three rows."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from beautiful.plans import services
from tests.beautiful.plans.world import FIRST
from tests.factories.accounts import cast
from tests.factories.once import copy_of, once
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("january")]
everybody = once(cast)
nobodys = copy_of("everybody")


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
