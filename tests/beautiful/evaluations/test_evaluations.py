"""Evaluation of a year: self-report, check and conclusion by different people, and the adjustments linked to it."""

import datetime as dt
from http import HTTPStatus

import pytest
from django.urls import reverse

from beautiful.evaluations import selectors, services
from beautiful.evaluations.models import AreaEvaluation, EvaluationStanding, EvaluationUse
from beautiful.frame.programme import programme
from beautiful.plans import services as plans
from beautiful.plans.models import TaskAdjustment
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale
from tests.beautiful.plans.world import CITY_SEATS, FIRST, make_issued, report, rolled, seats, spring, values
from tests.factories.once import copy_of, once
from tests.refusing import refuses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("january")]


def make_evaluated():
    """The first year of the plan reported by a district, its evaluation begun."""
    world = make_issued()
    with clock.at(spring(FIRST + 1)):
        report(world.own, world.people.authority, 4, 30)
        services.begin(plan=world.plan, year=FIRST, areas=AREAS, by=world.people.city_officer)
    return world


begun = once(make_evaluated)
world = copy_of("begun")
AREAS = [area.key for area in programme().areas]


@pytest.fixture
def evaluation(world):
    return AreaEvaluation.objects.select_related("plan").get(area="habitat")


def fresh(evaluation):
    return AreaEvaluation.objects.select_related("plan").get(pk=evaluation.pk)


def act(name, evaluation, by, **said):
    found = fresh(evaluation)
    return getattr(services, name)(evaluation=found, version=found.version, text="说明（虚构）", by=by, **said)


def concluded(evaluation, people):
    act("report", evaluation, people.authority)
    act("check", evaluation, people.city_officer)
    return act("conclude", evaluation, people.city_director, conclusion="partly")


def adjust(world, on=None):
    planned = type(world.own).objects.get(pk=world.own.pk)
    return plans.adjust_task(
        planned=planned, values={"title": "加快的任务（虚构）"}, on=on or clock.today(), basis="演示〔2027〕2号", reason="评估滞后（虚构）",
        version=planned.version, by=world.people.city_officer,
    )  # fmt: skip


def test_a_year_goes_from_self_report_to_conclusion(world, evaluation):
    assert AreaEvaluation.objects.count() == 10
    found = concluded(evaluation, world.people)
    assert (found.standing, found.get_conclusion_display()) == (EvaluationStanding.CONCLUDED, "部分滞后")
    [city, own, beside] = found.frozen
    assert (city["value"], own["value"], beside["light"]) == ("30 公里", "30 公里", "未报")
    report(world.own, world.people.authority, 4, 99)
    assert fresh(evaluation).frozen == found.frozen
    assert selectors.lights_of(found)[1]["value"] == "99 公里"
    assert AuditRecord.objects.filter(action="beautiful.conclude_evaluation").count() == 1


def test_each_act_has_its_seat_and_its_turn(world, evaluation):
    people = world.people

    def refused(name, by, **said):
        refuses(NotAllowed, act, name, evaluation, by, **said)

    refused("check", people.city_officer)
    refused("conclude", people.city_director, conclusion="behind")
    refused("report", people.city_director)
    act("report", evaluation, people.city_officer)
    refused("check", people.city_officer)  # the same person
    act("report", evaluation, people.authority)
    act("check", evaluation, people.city_officer)
    refused("report", people.authority)
    refused("conclude", people.city_officer, conclusion="behind")


def test_an_old_form_and_an_empty_text_are_refused(world, evaluation):
    old = fresh(evaluation)
    act("report", evaluation, world.people.authority)
    refuses(Stale, services.report, evaluation=old, text="旧页（虚构）", version=old.version, by=world.people.authority)
    found = fresh(evaluation)
    refuses("请填写核对意见", services.check, evaluation=found, text=" ", version=found.version, by=world.people.city_officer)


@pytest.mark.parametrize("year", [FIRST - 1, FIRST, FIRST + 1, FIRST + 9])
def test_only_a_year_of_the_plan_that_is_over_is_begun_and_once(world, year):
    refuses(Refused, services.begin, plan=world.plan, year=year, areas=AREAS, by=world.people.city_officer)


def test_an_adjustment_since_the_conclusion_is_linked_once(world, evaluation):
    officer = world.people.city_officer
    early = adjust(world, on=clock.today() - dt.timedelta(days=3))
    found = concluded(evaluation, world.people)
    refuses(Refused, services.use, evaluation=found, adjustment=early, note="应用（虚构）", by=officer)
    TaskAdjustment.objects.filter(pk=early.pk).update(decided_on=clock.today())
    services.use(evaluation=found, adjustment=early, note="应用（虚构）", by=officer)
    refuses(Refused, services.use, evaluation=found, adjustment=early, note="应用（虚构）", by=officer)
    assert [one.adjustment for one in EvaluationUse.objects.all()] == [early]


def test_pages_are_for_who_has_a_task_in_the_area(client, world, evaluation):
    assert seats(client, world.people, "evaluation", evaluation.pk) == CITY_SEATS | {"partner", "authority", "bureau"}
    other = AreaEvaluation.objects.get(area="institution")
    assert seats(client, world.people, "evaluation", other.pk) == CITY_SEATS | {"partner"}
    reporters = {"authority", "bureau", "partner", "city_officer"}
    for name, found in (("report", reporters), ("check", set()), ("conclude", set()), ("use", set())):
        assert seats(client, world.people, f"evaluation_{name}", evaluation.pk) == found, name


def test_a_task_of_another_plan_or_area_opens_no_evaluation(world, evaluation):
    """Who had a task of the area in one plan, and one of another area in the next, sees of each plan the own area only."""
    with clock.at(spring(FIRST + 1)):
        now = rolled(world.plan, world.people.city_officer)
        owner = {"owner": world.people.authority_body, "starts_on": dt.date(FIRST + 1, 1, 1), "area": "institution"}
        plans.add_task(plan=now, values=values(**owner), by=world.people.city_officer)
        plans.issue_plan(plan=now, on=clock.today(), basis="演示〔2027〕3号", by=world.people.city_officer)
    now.planned.filter(task__area="habitat", owner=world.people.authority_body).delete()
    with clock.at(spring(FIRST + 2)):
        services.begin(plan=now, year=FIRST + 1, areas=AREAS, by=world.people.city_officer)
        seen = selectors.evaluations_visible_to(Viewer(world.people.authority))
        assert {(one.plan_id, one.area) for one in seen} == {(world.plan.pk, "habitat"), (now.pk, "institution")}


def test_the_pages_walk_a_year(client, world, evaluation):
    people = world.people

    def post(user, name, **typed):
        client.force_login(user)
        typed = {"version": fresh(evaluation).version, **typed}
        return client.post(reverse(f"beautiful:evaluation_{name}", args=[evaluation.pk]), typed).status_code

    assert post(people.authority, "report", text="") == HTTPStatus.UNPROCESSABLE_ENTITY
    assert post(people.authority, "report", text="自评内容（虚构）") == HTTPStatus.FOUND
    assert post(people.city_officer, "check", text="核对内容（虚构）") == HTTPStatus.FOUND
    assert post(people.city_director, "conclude", text="结论内容（虚构）") == HTTPStatus.UNPROCESSABLE_ENTITY
    assert post(people.city_director, "conclude", text="结论内容（虚构）", conclusion="behind") == HTTPStatus.FOUND
    adjustment = adjust(world)
    assert post(people.city_officer, "use", adjustment=adjustment.pk, note="加快进度（虚构）") == HTTPStatus.FOUND
    [use] = EvaluationUse.objects.select_related("evaluation")
    texts = (use.evaluation.report, use.evaluation.check_text, use.evaluation.conclusion_text)
    assert (*texts, use.note, use.adjustment) == (
        "自评内容（虚构）",
        "核对内容（虚构）",
        "结论内容（虚构）",
        "加快进度（虚构）",
        adjustment,
    )


def test_the_list_begins_a_year(client, world):
    AreaEvaluation.objects.all().delete()
    client.force_login(world.people.city_officer)
    address = reverse("beautiful:evaluation_begin", args=[world.plan.pk])
    for wrong in ({"year": FIRST + 1, "areas": AREAS}, {"year": FIRST}, {"year": FIRST, "areas": ["unheard"]}):
        assert client.post(address, wrong).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not AreaEvaluation.objects.exists()
    assert client.post(address, {"year": FIRST, "areas": AREAS}).status_code == HTTPStatus.FOUND
    assert AreaEvaluation.objects.count() == 10
    client.force_login(world.people.authority)
    assert client.post(address, {"year": FIRST, "areas": AREAS}).status_code == HTTPStatus.NOT_FOUND


def test_areas_are_begun_as_chosen_and_the_others_later(client, world):
    AreaEvaluation.objects.all().delete()
    client.force_login(world.people.city_officer)
    page, address = (reverse(f"beautiful:evaluation_{name}", args=[world.plan.pk]) for name in ("list", "begin"))
    [form] = client.get(page).context["forms"]
    assert (form.year, form.initial["areas"]) == (FIRST, ["habitat", "institution"])
    client.post(address, {"year": FIRST, "areas": ["habitat"]})
    [form] = client.get(page).context["forms"]
    assert [key for key, _ in form.fields["areas"].choices] == [area for area in AREAS if area != "habitat"]
    again = client.post(address, {"year": FIRST, "areas": ["habitat", "safety"]})
    assert "所选领域这一年度已经开始评估" in again.content.decode()
    assert [one.area for one in AreaEvaluation.objects.all()] == ["habitat"]
    client.post(address, {"year": FIRST, "areas": [area for area in AREAS if area != "habitat"]})
    assert client.get(page).context["forms"] == []


def test_the_task_that_was_adjusted_says_because_of_which_evaluation(client, world, evaluation):
    people = world.people
    found, adjusted = concluded(evaluation, people), adjust(world)
    address = reverse("beautiful:task", args=[world.own.pk])

    def told(user):
        client.force_login(user)
        page = client.get(address).content.decode()
        return "按结论加快（虚构）" in page, reverse("beautiful:evaluation", args=[found.pk]) in page

    assert told(people.city_officer) == (False, False)
    services.use(evaluation=found, adjustment=adjusted, note="按结论加快（虚构）", by=people.city_officer)
    assert told(people.city_officer) == told(people.partner) == (True, True)
    assert told(people.authority) == (True, False)
