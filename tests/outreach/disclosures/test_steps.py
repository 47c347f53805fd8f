"""Every step of a remedy against a reply: the page tells of exactly those who get a message; an old form changes nothing."""

import datetime as dt

import pytest

from greendistrict.core import clock
from greendistrict.workflow.models import OutboxMessage
from outreach.disclosures.lifecycle import DISCLOSURE_REMEDY
from outreach.disclosures.models import DisclosureRemedy
from tests.factories.accounts import cast as make_cast
from tests.factories.once import copy_of, once
from tests.outreach.disclosures.contesting import HIGH, OUTCOME, SECOND, do, judge, sue
from tests.outreach.disclosures.test_disclosures import answered, file, to
from tests.steps import Walk, reaches, steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STEPS = [one for one in steps_of(DISCLOSURE_REMEDY) if one[1] not in {"conclude", "retry"}]  # done by the appeal, in test_remedies
NAMES = [f"{action}-{source}" for _, action, source in STEPS]


def make_recorded():
    people = make_cast()
    return people, sue(answered(file().request, people), people)


recorded = once(make_recorded)
world = copy_of("recorded")


def typed(action):
    today = clock.today().isoformat()
    return {
        "reply": {"number": "演建辩〔2026〕1号", "on": today},
        "find": {**OUTCOME, "outcome": "withdrawn", "on": today},
        "judge": {**OUTCOME, "judgment": "judgment", "on": today},
        "appeal": {"filer": "city", "body": HIGH, "number": SECOND, "filed_on": today},
        "effect": {"on": today},
    }.get(action, {})


def walk(client, world, one):
    people, made = world
    machine, action, source = one
    if source in {"judged", "appealed"}:
        judge(made, people)
    if action == "effect":
        before = clock.today() - dt.timedelta(days=30)
        DisclosureRemedy.objects.filter(pk=made.pk).update(judged_on=before, filed_on=before)
    if source == "found":
        given = {**OUTCOME, "outcome": "withdrawn", "on": clock.today(), "scan": None, "redo_by": None}
        do(made, "find", people.city_officer, **given)
    OutboxMessage.objects.all().delete()
    made = DisclosureRemedy.objects.get(pk=made.pk)
    page, url = to("disclosure_remedy", made.pk), to("disclosure_remedy_act", made.pk)
    return Walk(client, people, machine, made, action, page, url, values=typed(action))


@pytest.mark.parametrize("one", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, world, one):
    walk(client, world, one).holds_its_promise()


@pytest.mark.parametrize("one", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, world, one):
    walk(client, world, one).refuses_an_old_form()


def test_the_record_tells_legal_and_checker(world):
    people, made = world
    assert all("已登记" in title for title in reaches(people, made, "begun"))
