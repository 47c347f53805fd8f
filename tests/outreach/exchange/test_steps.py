"""Steps of an event: the page names exactly the people who are notified; an outdated form is refused."""

import pytest
from django.urls import reverse

from greendistrict.core import clock
from outreach.exchange.lifecycle import EXCHANGE
from outreach.exchange.models import ExchangeEvent
from outreach.exchange.services import sign_ups
from tests.factories.accounts import cast as make_cast
from tests.factories.once import copy_of, once
from tests.outreach.exchange.world import published
from tests.steps import Walk, reaches, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(EXCHANGE)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]
LABELS = {"报名人": {"partner", "bureau"}}


def make_signed():
    people = make_cast()
    event = published(people, starts=0, capacity=2)
    for user in (people.partner, people.bureau):
        sign_ups.sign_up(event=event, by=user)
    return people, event


signed = once(make_signed)
world = copy_of("signed")


def walk(client, world, step):
    people, event = world
    machine, action, source = step
    ExchangeEvent.objects.filter(pk=event.pk).update(status=source, evaluation="有序（虚构）", written_by=people.city_officer)
    if action == "close":
        event.sign_ups.update(attended=True)
    event.refresh_from_db()
    page, url = (reverse(f"outreach:{name}", args=[event.pk]) for name in ("event", "event_action"))
    return Walk(client, people, machine, event, action, page, url, labels=LABELS)


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, world, step):
    walk(client, world, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, world, step):
    walk(client, world, step).refuses_an_old_form()


def test_who_moves_up_is_told_and_nobody_else(world):
    people, event = world
    with clock.at(clock.now()):
        sign_ups.sign_up(event=event, by=people.expert1)
        sign_ups.withdraw(row=event.sign_ups.get(person=people.partner), by=people.partner)
    assert reaches(people, event, "moved_up", 这位报名人={"expert1"}) == {f"{event}：候补已递补"}


def test_who_is_turned_away_is_told_the_reason(world):
    people, event = world
    sign_ups.strike(row=event.sign_ups.get(person=people.partner), reason="重复（虚构）", by=people.city_officer)
    assert reaches(people, event, "turned_away", 这位报名人={"partner"}) == {f"{event}：报名不予接受"}
