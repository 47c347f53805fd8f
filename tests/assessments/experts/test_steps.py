"""Every step of a person in the expert pool: the page tells of exactly those who get a message; an old form changes nothing."""

import pytest
from django.urls import reverse

from assessments.common.enums import TieKind
from assessments.experts.lifecycle import EXPERT
from assessments.experts.models.experts import ExpertEmployment, ExpertProfile, ExpertTie
from assessments.experts.services import experts as services
from greendistrict.core import clock
from greendistrict.core.errors import Stale
from greendistrict.workflow.procedure import take
from tests.factories.accounts import cast as make_cast
from tests.factories.reviews import make_experts
from tests.steps import Walk, step, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(EXPERT)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]
IN_PERSON = {"join", "decline"}


@pytest.fixture
def people():
    return make_cast()


@pytest.fixture
def expert(people):
    return make_experts(people, 0)[0]


def walk(client, people, expert, step):
    machine, action, source = step
    ExpertProfile.objects.filter(pk=expert.pk).update(status=source)
    expert.refresh_from_db()
    page = reverse("assessments:expert_me") if action in IN_PERSON else reverse("assessments:expert", args=[expert.pk])
    url = reverse("assessments:expert_action", args=[expert.pk])
    return Walk(client, people, machine, expert, action, page, url, labels={"专家本人": {"expert1"}})


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, people, expert, step):
    walk(client, people, expert, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, people, expert, step):
    walk(client, people, expert, step).refuses_an_old_form()


TIE = {"kind": TieKind.RELATION, "body": "演示公司（虚构）", "project": "", "note": "近亲属任职（虚构）"}


@pytest.mark.parametrize("change", ["add", "end", "remove"])
def test_nobody_is_removed_from_a_page_that_shows_other_employers_or_ties(people, expert, change):
    job = ExpertEmployment.objects.get(expert=expert)
    if change == "add":
        services.add_row(expert=expert, kind=ExpertTie, values=TIE, by=expert.user)
    elif change == "end":
        services.end_employment(expert=expert, row=job, until=clock.today(), by=expert.user)
    else:
        services.remove_row(expert=expert, row=job, by=people.secretariat)
    with pytest.raises(Stale):
        take(obj=expert, action="remove", by=people.secretariat, version=expert.version, reason="调离本市")
    assert step(expert, "remove", people.secretariat, "调离本市").status == "removed"


def test_whoever_joins_has_confirmed_the_year(people, expert):
    ExpertProfile.objects.filter(pk=expert.pk).update(status="invited", confirmed_on=None)
    assert step(expert, "join", expert.user).confirmed_on == clock.today()
