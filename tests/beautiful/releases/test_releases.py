"""Progress of a quarter is public as frozen at its release; after a withdrawal only the reason is."""

from http import HTTPStatus

import pytest
from django.urls import reverse

from beautiful.plans import services as plans
from beautiful.releases import selectors, services
from beautiful.releases.models import ProgressRelease
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused
from tests.beautiful.plans.world import CITY_SEATS, FIRST, make_issued, report, rolled, seats, spring, status
from tests.factories.once import copy_of, once
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("january")]
issued = once(make_issued)
world = copy_of("issued")
BASIS = "演示公开〔2027〕1号（虚构）"


@pytest.fixture
def reported(world):
    report(world.own, world.people.authority, 4, 30, problems="内部问题（虚构）", text="内部说明（虚构）")
    report(world.beside, world.other, 3, 9)
    return world


def release(world, quarter=4, by=None):
    return services.release(plan=world.plan, quarter=(FIRST, quarter), basis=BASIS, by=by or world.people.city_officer)


def page(client, name, *args):
    return client.get(reverse(f"beautiful:{name}", args=args))


def test_what_is_released_stays_as_it_was_and_tells_no_text_of_a_report(client, reported):
    made = release(reported)
    report(reported.own, reported.people.authority, 4, 99)
    text = page(client, "public_quarter", made.pk).content.decode()
    assert "30 公里" in text
    assert "区任务合计，1/2已报" in text
    assert "99" not in text
    assert "内部" not in text


def test_what_would_be_released_is_what_the_page_of_the_task_sums_up(reported):
    [habitat] = [area for area in selectors.to_freeze(reported.plan, (FIRST, 4))["areas"] if area["name"] == "人居之美"]
    assert [(task["number"], task["value"], task["parts"]) for task in habitat["tasks"]] == [
        (reported.city.task.number, "30 公里", "区任务合计，1/2已报")
    ]
    [institution] = [area for area in selectors.to_freeze(reported.plan, (FIRST, 4))["areas"] if area["name"] == "制度之美"]
    assert [task["reported"] for task in institution["tasks"]] == [False]


def test_a_withdrawn_release_shows_its_reason_alone(client, reported):
    made = release(reported)
    listed = reverse("beautiful:public_quarter", args=[made.pk])
    assert listed in client.get(reverse("portal:sitemap")).content.decode()
    services.withdraw(plan=reported.plan, quarter=(FIRST, 4), reason="一个区的数字有误（虚构）", by=reported.people.city_officer)
    assert listed not in client.get(reverse("portal:sitemap")).content.decode()
    gone = page(client, "public_quarter", made.pk)
    assert gone.status_code == HTTPStatus.GONE
    assert ("一个区的数字有误（虚构）" in gone.content.decode(), "30 公里" in gone.content.decode()) == (True, False)
    text = page(client, "public_progress").content.decode()
    assert "一个区的数字有误（虚构）" in text
    assert "尚未公开任何季度的进展" in text
    assert release(reported).pk != made.pk
    assert ProgressRelease.objects.count() == 2
    assert AuditRecord.objects.filter(action="beautiful.withdraw_progress").count() == 1


@pytest.mark.parametrize("quarter", [(FIRST, 2), (FIRST + 1, 1), (FIRST - 1, 4), (FIRST, 5)])
def test_a_quarter_without_reports_or_outside_the_plan_is_not_released(reported, quarter):
    refuses(Refused, services.release, plan=reported.plan, quarter=quarter, basis=BASIS, by=reported.people.city_officer)


def test_a_release_needs_the_seat_its_ground_and_an_issued_plan(reported):
    for user in (reported.people.city_director, reported.people.partner, reported.people.authority):
        refuses(NotAllowed, release, reported, by=user)
    refuses("公开依据", services.release, plan=reported.plan, quarter=(FIRST, 4), basis=" ", by=reported.people.city_officer)
    release(reported)
    refuses("已经公开", release, reported)
    refuses("撤回理由", services.withdraw, plan=reported.plan, quarter=(FIRST, 4), reason=" ", by=reported.people.city_officer)
    refuses("现在没有公开", services.withdraw, plan=reported.plan, quarter=(FIRST, 3), reason="误公开", by=reported.people.city_officer)


def test_a_draft_has_nothing_to_release(client, world):
    world.plan = rolled(world.plan, world.people.city_officer)
    assert status(client, world.people.city_officer, "progress_releases", world.plan.pk) == HTTPStatus.NOT_FOUND
    refuses("印发以后", release, world)


def listed(client, plan):
    return [tuple(row[:2]) for row in page(client, "progress_releases", plan.pk).context["quarters"]]


def test_a_plan_that_was_rolled_over_lists_the_quarters_up_to_the_roll_over(client, world):
    officer = world.people.city_officer
    client.force_login(officer)
    of_first = [(FIRST, quarter) for quarter in (4, 3, 2, 1)]
    with clock.at(spring(FIRST + 1).replace(month=6, day=30)):
        after = rolled(world.plan, officer)
        plans.issue_plan(plan=after, on=clock.today(), basis="演示〔2027〕1号", by=officer)
    with clock.at(spring(FIRST + 2)):
        assert listed(client, world.plan) == [(FIRST + 1, 2), (FIRST + 1, 1), *of_first]
        assert listed(client, after) == [(FIRST + 1, quarter) for quarter in (4, 3, 2, 1)]
        assert status(client, officer, "progress_release", world.plan.pk, FIRST + 1, 3) == HTTPStatus.NOT_FOUND
        refuses("不在计划内", services.release, plan=world.plan, quarter=(FIRST + 1, 3), basis=BASIS, by=officer)


def test_a_plan_rolled_over_in_the_new_year_lists_its_first_year_alone(client, world):
    client.force_login(world.people.city_officer)
    with clock.at(spring(FIRST + 2)):
        assert len(listed(client, world.plan)) == 8
    rolled(world.plan, world.people.city_officer)
    with clock.at(spring(FIRST + 2)):
        assert listed(client, world.plan) == [(FIRST, quarter) for quarter in (4, 3, 2, 1)]


def test_the_seat_releases_and_withdraws_on_the_page(client, reported):
    officer = reported.people.city_officer
    where = [reported.plan.pk, FIRST, 4]
    address = reverse("beautiful:progress_release", args=where)
    assert seats(client, reported.people, "progress_release", *where) == CITY_SEATS
    client.force_login(officer)
    typed = client.post(address, {"basis": ""})
    assert typed.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    asked = client.post(address, {"basis": BASIS})  # the first press tells what the public will read, and changes nothing
    assert (asked.status_code, "以后只能撤回" in asked.content.decode(), ProgressRelease.objects.count()) == (200, True, 0)
    client.post(address, {"basis": BASIS, "confirmed": "yes"})
    made = ProgressRelease.objects.get()
    assert (made.basis, made.released_by) == (BASIS, officer)
    refused = client.post(reverse("beautiful:progress_withdraw", args=where), {"withdrawal": " "})
    assert "撤回理由" in refused.content.decode()
    client.post(reverse("beautiful:progress_withdraw", args=where), {"withdrawal": "数字有误（虚构）"})
    states = client.get(reverse("beautiful:progress_releases", args=where[:1])).context["quarters"]
    assert [(is_live, was_released) for year, quarter, is_live, was_released in states if (year, quarter) == tuple(where[1:])] == [
        (False, True)
    ]
    made.refresh_from_db()
    assert (made.withdrawal, made.withdrawn_by) == ("数字有误（虚构）", officer)
