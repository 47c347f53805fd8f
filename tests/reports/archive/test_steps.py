"""Every step of a volume: the page tells of exactly those who get a message; an old form changes nothing."""

import pytest
from django.urls import reverse

from reports.archive.lifecycle import ARCHIVE_VOLUME
from tests.factories.accounts import cast
from tests.reports.archive.world import HANDED, close_volume, make_volume, set_fonds, today
from tests.steps import Walk, step, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(ARCHIVE_VOLUME)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]


def walk(client, taken):
    people = cast()
    set_fonds(people)
    machine, action, source = taken
    volume = make_volume(people, files=1)
    if source == "closed":
        close_volume(people, volume)
    elif action != "submit":
        step(volume, "submit", people.city_officer)
    page, act = (reverse(name, args=[volume.pk]) for name in ("reports:archive_volume", "reports:archive_act"))
    if action != "hand_over":
        return Walk(client, people, machine, volume, action, page, act)
    values = {**HANDED, "handed_over_on": today().isoformat()}
    return Walk(client, people, machine, volume, action, page, reverse("reports:archive_hand_over", args=[volume.pk]), values=values)


@pytest.mark.parametrize("taken", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, taken):
    walk(client, taken).holds_its_promise()


@pytest.mark.parametrize("taken", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, taken):
    walk(client, taken).refuses_an_old_form()
