"""Figures of the file of a district are asked about on their pages before they are kept, and the explanation stays with them."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from districts.plausibility.models import FigureAnswer
from districts.yearly_plans.services import open_plan
from tests.beautiful.reserves.world import make_project

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
SAID = "已与批复核对（虚构）"
STAGES = {"stage_0_year": "2030", "stage_0_value": "30.5", "stage_1_year": "2035", "stage_1_value": "28"}
PLANNED = {"planned_start": "2026-03-01", "planned_finish": "2027-09-30"}
PAGES = {  # what is typed and right, the slip, and the words that ask
    "profile_edit": ({"type": "new", "area_km2": "2.5", "developable_km2": "1.5", "population": "28000"}, {"population": "3"}, "人口密度"),
    "plan_edit": (STAGES, {"stage_0_value": "305"}, "碳排放强度"),
    "plot_create": (
        {"number": "D-9", "buildable": "true", "land_use": "0901", "area_ha": "2.35", "floor_area": "47000"},
        {"floor_area": "4.7"},
        "容积率",
    ),
    "work_create": ({"name": "演示路（虚构）", "main": "true", "length_m": "820", **PLANNED}, {"length_m": "0.8"}, "长度0.8m"),
    "key_project_create": (
        {"name": "演示能源站（虚构）", "state": "planned", "investment": "5200", **PLANNED},
        {"planned_finish": "2062-09-30"},
        "请核对年份",
    ),
    "plan_item_create": (
        {"work": "planning", "name": "编制专业规划", "money": "120", "start": "2027-01-01", "finish": "2027-09-30"},
        {"start": "2017-01-01", "finish": "2017-09-30"},
        "不在2027年度",
    ),
    "reserve_save": (
        {"area": "development", "title": "屋顶光伏（虚构）", "fiscal": "300", "social": "700.5", "starts_on": "2026-03-01"},
        {"fiscal": "3000"},
        "约为原填",
    ),
}


def page_of(name, people, district):
    """Address of a page, who fills it in, and what else it posts."""
    if name == "reserve_save":
        project = make_project(people)
        return reverse("beautiful:reserve_save", args=[project.pk]), people.authority, {"version": project.version, "pool": project.pool}
    if name == "plan_item_create":
        plan = open_plan(authority=people.authority_body, year=2027, by=people.authority)
        return reverse("districts:plan_item_create", args=[plan.pk]), people.authority, {"district": district.pk}
    more = {"version": 0, "areas": [area.pk for area in district.areas.all()]} if name == "profile_edit" else {"version": 0}
    return reverse(f"districts:{name}", args=[district.code]), people.preparer, {**more, "do": "save"}


@pytest.mark.parametrize("name", PAGES)
def test_a_slip_is_asked_about_and_kept_with_its_explanation(client, people, district, name):
    right, slip, words = PAGES[name]
    address, user, more = page_of(name, people, district)
    client.force_login(user)
    asked = client.post(address, {**more, **right, **slip})
    shown = asked.content.decode()
    refused = HTTPStatus.CONFLICT if name == "reserve_save" else HTTPStatus.UNPROCESSABLE_ENTITY  # of a file with steps
    assert (asked.status_code, words in shown, "核对说明" in shown) == (refused, True, True)
    assert not FigureAnswer.objects.exists()
    assert client.post(address, {**more, **right, **slip, "explanation": SAID}).status_code == HTTPStatus.FOUND
    assert {(one.text, one.by, one.at.astimezone().date()) for one in FigureAnswer.objects.all()} == {(SAID, user, dt.date(2026, 11, 20))}


@pytest.mark.parametrize("name", PAGES)
def test_what_is_right_is_not_asked_about(client, people, district, name):
    address, user, more = page_of(name, people, district)
    client.force_login(user)
    assert client.post(address, {**more, **PAGES[name][0]}).status_code == HTTPStatus.FOUND
    assert not FigureAnswer.objects.exists()


def test_what_stood_before_is_not_asked_about_again_when_another_figure_changes(client, people, district):
    address, user, more = page_of("profile_edit", people, district)
    right, slip, _ = PAGES["profile_edit"]
    type(district).objects.filter(pk=district.pk).update(area_km2=right["area_km2"], developable_km2="1.5", population=3)
    client.force_login(user)
    assert client.post(address, {**more, **right, **slip, "developable_km2": "1.6"}).status_code == HTTPStatus.FOUND
    asked = client.post(address, {**more, **right, "population": "4", "version": 1})
    assert (asked.status_code, "人口密度" in asked.content.decode()) == (HTTPStatus.UNPROCESSABLE_ENTITY, True), "another slip"
