"""Both answers to a request for recusal: the page tells of exactly those who get a message; an old form changes nothing."""

import pytest
from django.urls import reverse

from assessments.recusals import services
from assessments.recusals.lifecycle import RECUSAL
from tests.factories.accounts import cast as make_cast
from tests.factories.reviews import make_table
from tests.steps import REASON, Walk, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(RECUSAL)
NAMES = [action for _, action, _ in STEPS]


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def asked(people):
    return services.ask(table=make_table(people), person="张演示", body="", reason="存在商业纠纷（虚构）", by=people.preparer)


def walk(client, people, asked, step):
    machine, action, _ = step
    page = reverse("assessments:recusals", args=[asked.table_id])
    url = reverse("assessments:recusal_answer", args=[asked.table_id, asked.pk])
    return Walk(client, people, machine, asked, action, page, url, f"r{asked.pk}")


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, people, asked, step):
    walk(client, people, asked, step).holds_its_promise()
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_at is None) == (REASON, False)


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, people, asked, step):
    walk(client, people, asked, step).refuses_an_old_form()
