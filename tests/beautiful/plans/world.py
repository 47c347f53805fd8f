"""A fictional plan: a city task with two district tasks, and a task without a number."""

import datetime as dt
from decimal import Decimal
from http import HTTPStatus
from types import SimpleNamespace

from django.urls import reverse

from beautiful.plans import reporting, services
from beautiful.plans.models import RollOutcome
from beautiful.plans.reporting import ReportReasons
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import User
from greendistrict.core import clock
from tests.factories.accounts import cast, make_organisation, make_user

START = dt.datetime(2026, 1, 12, 10, tzinfo=clock.SHANGHAI)
FIRST = 2026


def spring(year):
    """A day early in a year."""
    return dt.datetime(year, 1, 12, 10, tzinfo=clock.SHANGHAI)


def values(owner, title="演示任务（虚构）", **more):
    """What is typed of a task with a path from 0 to 120 km."""
    given = {
        "title": title, "target_text": "三年建成120公里（虚构）", "unit": "公里", "start_value": Decimal(0),
        "target_value": Decimal(120), "starts_on": dt.date(2026, 1, 1), "due_on": dt.date(2028, 12, 31), "owner": owner, "partners": [],
    }  # fmt: skip
    return given | more


NO_NUMBER = {"unit": "", "start_value": None, "target_value": None}
PLACE = {"area": "habitat", "phrase": "慢行空间", "vanguard": "五大新城"}


CITY_SEATS = {"city_officer", "city_checker", "city_director", "city_legal"}


def make_draft(people=None):
    """Everybody, a second district, and a draft with three tasks."""
    people = people or cast()
    with clock.at(START):
        other_body = make_organisation(OrganisationKind.AUTHORITY, "演示乙区人民政府（虚构）", is_demo=True)
        other = make_user(Role.AUTHORITY, other_body, username="other_authority")
        plan = services.make_plan(first_year=FIRST, is_demo=True, by=people.city_officer)
        city = services.add_task(plan=plan, values=values(people.partner_body, **PLACE), by=people.city_officer)
        part = values(people.authority_body, title="演示区任务（虚构）", target_value=Decimal(60))
        own = services.add_task(plan=plan, values=part, city_task=city, by=people.city_officer)
        beside = services.add_task(plan=plan, values=part | {"owner": other_body}, city_task=city, by=people.city_officer)
        plain = values(people.city_body, title="演示制度任务（虚构）", area="institution", **NO_NUMBER)
        alone = services.add_task(plan=plan, values=plain, by=people.city_officer)
    return SimpleNamespace(people=people, other=other, plan=plan, city=city, own=own, beside=beside, alone=alone)


def make_issued(people=None):
    """The same, issued."""
    world = make_draft(people)
    with clock.at(START):
        services.issue_plan(plan=world.plan, on=dt.date(2026, 1, 10), basis="演示〔2026〕1号", by=world.people.city_officer)
    for name in ("plan", "city", "own", "beside", "alone"):
        getattr(world, name).refresh_from_db()
    return world


SAID = ReportReasons("更正（虚构）", "已与台账核对（虚构）")


def report(planned, by, quarter, value, *, year=FIRST, text="按计划推进（虚构）", problems="", said=SAID):
    """A quarter reported on the day after its end, what is asked explained, and checked by somebody of the city."""
    made = unchecked(planned, by, quarter, value, year=year, text=text, problems=problems, said=said)
    checker = User.objects.get(username="city_checker" if by.username == "city_officer" else "city_officer")
    return reporting.confirm_progress(progress=made, version=made.version, by=checker)


def unchecked(planned, by, quarter, value, *, year=FIRST, text="按计划推进（虚构）", problems="", said=SAID):
    """The same before its check."""
    given = {"value": None if value is None else Decimal(value), "text": text, "problems": problems}
    return reporting.report_progress(planned=planned, year=year, quarter=quarter, values=given, said=said, by=by)


def rolled(plan, by, *decided):
    """The plan rolled on; a task is carried unless a pair of the task and what is decided names it."""
    said = {planned.pk: decision for planned, decision in decided}
    decisions = {pk: said.get(pk, services.RollDecision(RollOutcome.CARRIED)) for pk in plan.planned.values_list("pk", flat=True)}
    return services.roll_over(plan=plan, decisions=decisions, by=by)


def status(client, user, name, *args):
    """What a page answers a person."""
    client.force_login(user)
    return client.get(reverse(f"beautiful:{name}", args=args)).status_code


def seats(client, people, name, *args):
    """Seats to which a page answers."""
    return {seat for seat, user in people.everybody.items() if status(client, user, name, *args) == HTTPStatus.OK}


def offered(client, user, planned):
    """Forms that the page of a task offers."""
    client.force_login(user)
    page = client.get(reverse("beautiful:task", args=[planned.pk])).content.decode()
    return {name for name in ("edit", "split", "adjust", "report") if reverse(f"beautiful:task_{name}", args=[planned.pk]) in page}
