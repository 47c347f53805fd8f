"""Every step of a reconsideration: the page tells of exactly those who get a message; an old form changes nothing."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases.models.cases import Case
from approvals.remedies.lifecycle import REMEDY
from approvals.titles.models.remedies import Remedy
from greendistrict.core import clock
from greendistrict.workflow.models import OutboxMessage
from tests.approvals.remedies.test_remedies import BODY, NUMBER, OUTCOME, STAY, judge, record, stay
from tests.factories.acceptance import Losing, failing
from tests.factories.once import copy_of, once
from tests.steps import Walk, reaches, step, steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
STEPS = [one for one in steps_of(REMEDY) if one[1] not in {"conclude", "retry"}]  # done by the appeal, in test_instances
NAMES = [f"{action}-{source}" for _, action, source in STEPS]


def make_recorded():
    people, district = failing()
    case = Losing(people, district).to_served().announce().case
    return people, record(people, case)


recorded = once(make_recorded)
world = copy_of("recorded")


def typed(action):
    today = clock.today().isoformat()
    return {
        "reply": {"number": "演建复答〔2026〕1号", "on": today},
        "stay": {**STAY, "on": today},
        "lift": {"on": today},
        "find": {**OUTCOME, "on": today},
        "judge": {**OUTCOME, "judgment": "judgment", "on": today},
        "appeal": {"filer": "city", "body": "演示高级人民法院（虚构）", "number": "（2026）演行终1号", "filed_on": today},
        "effect": {"on": today},
        "redone": {"number": "演沪建〔2026〕99号", "on": today, "words": "重新审查，授予试点称号（虚构）"},
    }.get(action, {})


def walk(client, world, one):
    people, made = world
    machine, action, source = one
    if action == "lift":
        stay(people, made)
    if source in {"judged", "appealed"} or action == "judge":
        Remedy.objects.filter(pk=made.pk).update(kind="suit")
        made.refresh_from_db()
    if source in {"judged", "appealed"}:
        judge(people, made)
    if action == "effect":
        before = clock.today() - dt.timedelta(days=30)
        Remedy.objects.filter(pk=made.pk).update(judged_on=before, filed_on=before)
    if source in {"found", "redoing"}:
        step(made, "find", people.city_officer, **OUTCOME, on=clock.today(), scan=None, redo_by=None)
    if action in {"confirm_redo", "redone"}:
        Case.objects.filter(pk=made.case_id).update(kind="SQ")
    if source == "redoing":
        step(made, "confirm_redo", people.city_director)
    OutboxMessage.objects.all().delete()
    made = Remedy.objects.get(pk=made.pk)
    page, url = (reverse(f"approvals:{name}", args=[made.pk]) for name in ("remedy", "remedy_act"))
    return Walk(client, people, machine, made, action, page, url, values=typed(action))


@pytest.mark.parametrize("one", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, world, one):
    walk(client, world, one).holds_its_promise()


@pytest.mark.parametrize("one", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, world, one):
    walk(client, world, one).refuses_an_old_form()


def test_the_record_tells_legal_and_director(world):
    people, made = world
    assert (made.body, made.number) == (BODY, NUMBER)
    assert all("已登记" in title for title in reaches(people, made, "begun"))
