"""An evaluation is on the desk of exactly the people who may take its next step."""

import pytest
from django.urls import reverse

from beautiful.evaluations import selectors, services
from beautiful.evaluations.models import AreaEvaluation
from beautiful.evaluations.selectors import tasks_for as evaluations_of
from beautiful.frame.programme import programme
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from portal.todo.selectors import tasks_of
from tests.beautiful.plans.world import FIRST, make_issued, spring
from tests.factories.once import copy_of, once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("january")]
MAY = {"reporting": selectors.may_report, "checking": selectors.may_check, "concluding": selectors.may_conclude}


def make_evaluated():
    """A plan in force with the evaluation of its first year begun."""
    world = make_issued()
    with clock.at(spring(FIRST + 1)):
        services.begin(plan=world.plan, year=FIRST, areas=[area.key for area in programme().areas], by=world.people.city_officer)
    return world


begun = once(make_evaluated)
world = copy_of("begun")


def of_area(area):
    return AreaEvaluation.objects.select_related("plan").get(area=area)


def waits_for(world, evaluation):
    """Seats on whose desk the evaluation stands, and the page that the desk opens."""
    pages = {name: reverse(f"beautiful:evaluation_{name}", args=[evaluation.pk]) for name in ("report", "check", "conclude")}
    found = {}
    for seat, user in world.people.everybody.items():
        links = {task.link for task in tasks_of(Viewer(user))}
        if names := {name for name, page in pages.items() if page in links}:
            found[seat] = names
    return found


def act(name, evaluation, by, **said):
    found = of_area(evaluation.area)
    return getattr(services, name)(evaluation=found, version=found.version, text="说明（虚构）", by=by, **said)


def test_a_step_waits_for_those_who_take_it_and_goes_on_to_the_next(world):
    evaluation = of_area("habitat")
    reporting = {seat: {"report"} for seat in ("authority", "bureau", "partner")}
    assert waits_for(world, evaluation) == reporting
    act("report", evaluation, world.people.authority)
    assert waits_for(world, evaluation) == {"city_officer": {"check"}}
    act("check", evaluation, world.people.city_officer)
    assert waits_for(world, evaluation) == {"city_director": {"conclude"}}
    act("conclude", evaluation, world.people.city_director, conclusion="on_path")
    assert waits_for(world, evaluation) == {}


def test_an_area_without_a_task_waits_for_the_seat_and_who_reported_does_not_check(world):
    evaluation = of_area("culture")
    assert waits_for(world, evaluation) == {"city_officer": {"report"}}
    act("report", evaluation, world.people.city_officer)
    assert waits_for(world, evaluation) == {}


def test_the_desk_offers_nothing_that_its_page_refuses(world):
    for name, by in (("report", world.people.authority), ("check", world.people.city_officer)):
        act(name, of_area("habitat"), by)
    act("report", of_area("institution"), world.people.city_director)
    seen = set()
    for user in world.people.everybody.values():
        for task in tasks_of(Viewer(user)):
            if task.kind.startswith("beautiful.evaluation."):
                [evaluation] = [one for one in AreaEvaluation.objects.all() if f"/evaluations/{one.pk}/" in task.link]
                assert MAY[task.kind.rpartition(".")[2]](posts_of(user), evaluation), (user, task)
                assert (task.subject, task.is_demo, task.due) == (str(evaluation), True, None)
                seen.add(task.kind)
    assert len(seen) == len(MAY)


@pytest.mark.parametrize("many", [1, 3])
def test_the_tasks_cost_the_same_for_one_and_for_three(world, kept_queries, many):
    kept = list(AreaEvaluation.objects.exclude(area__in=("habitat", "institution")).values_list("pk", flat=True)[:many])
    AreaEvaluation.objects.exclude(pk__in=kept).delete()
    officer = world.people.city_officer
    tasks_of(Viewer(officer))
    assert len([task for task in evaluations_of(Viewer(officer)) if task.kind == "beautiful.evaluation.reporting"]) == many
    with kept_queries():
        evaluations_of(Viewer(officer))
