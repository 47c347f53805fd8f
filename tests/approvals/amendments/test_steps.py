"""Every step of a correction of an announcement: the page tells of exactly those who get a message; an old form changes nothing."""

import pytest
from django.urls import reverse

from approvals.amendments.lifecycle import AMENDMENT
from approvals.amendments.services import propose_amendment
from approvals.titles.models.amendments import Amendment
from approvals.titles.models.publicity import Announcement
from greendistrict.core import clock
from greendistrict.workflow.models import OutboxMessage
from greendistrict.workflow.procedure import procedure_of
from tests.factories.approvals import Filing
from tests.factories.once import copy_of, once
from tests.steps import Walk, reaches, step, steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STEPS = steps_of(AMENDMENT)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]


def make_proposed():
    people = Filing().to_announced().people
    batch = Announcement.objects.get()
    return people, propose_amendment(batch=batch, by=people.city_officer, subject="title", after="另一标题（虚构）", reason="笔误（虚构）")


proposed = once(make_proposed)
world = copy_of("proposed")


def walk(client, world, one):
    people, made = world
    machine, action, source = one
    if source == "approved":
        step(made, "approve", people.city_director)
    OutboxMessage.objects.all().delete()
    made = Amendment.objects.get(pk=made.pk)
    page, url = (reverse(f"approvals:{name}", args=[made.announcement_id]) for name in ("amendments", "amendments_act"))
    typed = {"number": "演沪建公告〔2026〕78号", "published_on": clock.today().isoformat()} if action == "publish" else {}
    return Walk(client, people, machine, made, action, page, url, values=typed)


@pytest.mark.parametrize("one", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, world, one):
    walk(client, world, one).holds_its_promise()


@pytest.mark.parametrize("one", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, world, one):
    walk(client, world, one).refuses_an_old_form()


def test_the_publication_keeps_the_original_and_the_director_was_told(world):
    people, made = world
    assert {action: row.makes for action, row in procedure_of(made).steps.items() if row.makes} == {"publish": ("original",)}
    assert all("待审定" in title for title in reaches(people, made, "begun"))
    step(made, "approve", people.city_director)
    step(made, "publish", people.city_officer, number="演沪建公告〔2026〕79号", published_on=clock.today())
    assert made.original["title"] != made.after
