"""Every step of the closing of a year: the page tells of exactly those who get a message; an old form changes nothing."""

import datetime as dt

import pytest
from django.urls import reverse

from greendistrict.core import clock
from greendistrict.workflow.procedure import procedure_of
from reports.closings.lifecycle import YEAR_CLOSING
from reports.closings.models import YearClosing
from reports.closings.services import open_due
from tests.factories.received import at
from tests.reports.closings.world import YEAR, close_year, make_people
from tests.steps import REASON, Walk, reaches, step, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(YEAR_CLOSING)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]
TYPED = {"correct": {"ground": REASON, "closes_on": "2027-05-31"}}


@pytest.fixture(autouse=True)
def _june():
    with clock.at(at(2027, 6, 3)):
        yield


def walk(client, taken):
    people, _ = make_people()
    [closing] = open_due(clock.today())
    machine, action, source = taken
    if source != "open":
        close_year(people, closing)
    if source == "correcting":
        step(closing, "correct", people.city_director, **{**TYPED["correct"], "closes_on": dt.date(2027, 5, 31)})
    url = reverse("reports:closing_correct" if action == "correct" else "reports:closing_act", args=[YEAR])
    return Walk(client, people, machine, closing, action, reverse("reports:closing", args=[YEAR]), url, values=TYPED.get(action, {}))


@pytest.mark.parametrize("taken", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, taken):
    walk(client, taken).holds_its_promise()


@pytest.mark.parametrize("taken", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, taken):
    walk(client, taken).refuses_an_old_form()


def test_the_director_is_asked_once_the_receipts_are_over():
    people, _ = make_people()
    [closing] = open_due(clock.today())
    assert open_due(clock.today()) == []
    assert reaches(people, closing, "begun") == {"2026年度关账：收件截止日已过，可以关账"}
    made = {action: step.makes for action, step in procedure_of(YearClosing.objects.get()).steps.items() if step.makes}
    assert made == {"close": ("edition",)}
