"""Steps of a reserve project: the page names exactly the people who are notified; an outdated form is refused."""

import pytest
from django.urls import reverse

from beautiful.reserves.lifecycle import RESERVE
from greendistrict.core import clock
from tests.beautiful.reserves.world import at, make_project
from tests.factories.accounts import cast as make_cast
from tests.factories.once import copy_of, once
from tests.steps import Walk, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(RESERVE)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]
LABELS = {"申报单位": {"authority"}, "美丽上海统筹": {"city_officer"}}


def make_proposed():
    cast = make_cast()
    return cast, make_project(cast)


proposed = once(make_proposed)
world = copy_of("proposed")


def walk(client, world, step):
    cast, project = world
    machine, action, source = step
    listed = {"listed_on": clock.today(), "listed_basis": "演示（虚构）"}
    at(project, source, submitted_by=cast.authority, number="CB-2026-0009", **(listed if source == "listed" else {}))
    page, url = (reverse(f"beautiful:{name}", args=[project.pk]) for name in ("reserve", "reserve_action"))
    values = {}
    if action == "list":
        url, values = reverse("beautiful:reserve_enter", args=[project.pk]), {**listed, "listed_on": clock.today().isoformat()}
    return Walk(client, cast, machine, project, action, page, url, values=values, labels=LABELS)


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, world, step):
    walk(client, world, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, world, step):
    walk(client, world, step).refuses_an_old_form()
