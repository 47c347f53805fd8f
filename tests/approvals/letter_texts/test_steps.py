"""Every step of a version of a text block: the page tells of exactly those who get a message; an old form changes nothing."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.letter_texts.lifecycle import LETTER_WORDING
from approvals.letter_texts.services import propose_text
from greendistrict.core import clock
from greendistrict.policy.models import LetterWording
from greendistrict.workflow.procedure import procedure_of, take
from tests.factories.accounts import cast as make_cast
from tests.factories.once import copy_of, once
from tests.steps import Walk, reaches, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(LETTER_WORDING)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]
KEY = "remedies"


def make_proposed():
    cast = make_cast()
    since = clock.today() + dt.timedelta(days=1)
    return cast, propose_text(
        key=KEY, text="不服本决定的，可以依法申请行政复议。", since=since, reason="法制会商（虚构）", by=cast.city_officer
    )


proposed = once(make_proposed)
world = copy_of("proposed")


def walk(client, world, step):
    cast, text = world
    machine, action, _source = step
    page, url = (reverse(f"approvals:{name}", args=[KEY]) for name in ("letter_text", "letter_text_act"))
    return Walk(client, cast, machine, text, action, page, url)


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, world, step):
    walk(client, world, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, world, step):
    walk(client, world, step).refuses_an_old_form()


def test_a_decision_makes_a_version_and_the_deciders_were_told_of_it(world):
    cast, text = world
    assert {action: step.makes for action, step in procedure_of(text).steps.items() if step.makes} == {"decide": ("wording",)}
    assert all("待审定" in title for title in reaches(cast, text, "begun"))
    take(obj=text, action="decide", by=cast.city_director, version=0)
    stored = LetterWording.objects.get(pk=text.pk)
    assert (stored.status, stored.decided_by) == ("decided", cast.city_director)
