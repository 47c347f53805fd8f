"""Past unreported quarters are on the desk of the people who act for the owner."""

import datetime as dt

from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from portal.todo.selectors import tasks_of
from tests.beautiful.plans.world import FIRST, make_issued, report, rolled
from tests.factories.once import copy_of, once

issued = once(make_issued)
world = copy_of("issued")


def on(month, day, year=FIRST):
    return clock.at(dt.datetime(year, month, day, 10, tzinfo=clock.SHANGHAI))


def waits_for(world, planned):
    page = reverse("beautiful:task_report", args=[planned.pk])
    return {seat for seat, user in world.people.everybody.items() if any(task.link.startswith(page) for task in tasks_of(Viewer(user)))}


def test_a_quarter_waits_from_its_end_until_it_is_reported(world):
    with on(3, 31):
        assert waits_for(world, world.own) == set()
    with on(4, 1):
        assert waits_for(world, world.own) == {"authority", "bureau"}
        assert waits_for(world, world.alone) == {"city_officer"}
        assert waits_for(world, world.city) == set()
        [task] = [one for one in tasks_of(Viewer(world.people.authority)) if one.kind == "beautiful.quarter"]
        assert (task.title, task.is_demo, task.due) == (f"报送{FIRST}年第1季度进展", True, None)
        report(world.own, world.people.authority, 1, 5)
        assert waits_for(world, world.own) == set()
    with on(7, 1):
        assert waits_for(world, world.own) == {"authority", "bureau"}


def test_a_task_that_was_rolled_on_waits_in_no_plan_before_the_next_is_issued(world):
    with on(1, 12, FIRST + 1):
        assert waits_for(world, world.own) == {"authority", "bureau"}
        draft = rolled(world.plan, world.people.city_officer)
        assert waits_for(world, world.own) == set()
        assert waits_for(world, draft.planned.get(task=world.own.task)) == set()
