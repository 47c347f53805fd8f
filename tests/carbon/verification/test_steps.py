"""Steps of a verification: the page names exactly the people who are notified; an outdated form is refused."""

import pytest
from django.urls import reverse

from carbon.verification.lifecycle import CARBON_VERIFICATION
from carbon.verification.models import CarbonVerification
from greendistrict.core import clock
from tests.carbon.inventories.world import NOW
from tests.carbon.verification.world import make_mandated, put, stated
from tests.factories.once import copy_of, once
from tests.steps import Walk, reaches, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(CARBON_VERIFICATION)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]
LABELS = {"核查机构": {"verifier"}}

mandated = once(make_mandated)
world = copy_of("mandated")


@pytest.fixture(autouse=True)
def february():
    with clock.at(NOW):
        yield


def walk(client, world, step):
    people, found = world
    machine, action, source = step
    if action == "return":
        put(found, people)
    if action == "sign":
        stated(found, people)
    CarbonVerification.objects.filter(pk=found.pk).update(status=source)
    found.refresh_from_db()
    page, url = (reverse(f"carbon:{name}", args=[found.pk]) for name in ("verification", "verification_action"))
    return Walk(client, people, machine, found, action, page, url, labels=LABELS)


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, world, step):
    walk(client, world, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, world, step):
    walk(client, world, step).refuses_an_old_form()


def test_the_mandate_reaches_the_verifier_and_the_applicant(world):
    people, found = world
    assert reaches(people, found, "begun", by="authority", **LABELS) == {f"{found}已委托"}
