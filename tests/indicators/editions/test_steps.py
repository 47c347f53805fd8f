"""Every step of an edition: the page tells of exactly those who get a message; an old form changes nothing."""

import pytest
from django.urls import reverse

from indicators.catalogue import parse
from indicators.editions.lifecycle import EDITION
from indicators.editions.models import Edition
from indicators.editions.services import freeze, import_document
from tests.factories.accounts import cast as make_cast
from tests.indicators.editions.test_maintenance import text
from tests.steps import Walk, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(EDITION)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]


@pytest.fixture
def walk(client):
    def at(step):
        machine, action, source = step
        stored = import_document(parsed=parse(text())).edition
        Edition.objects.filter(pk=stored.pk).update(status=source)
        stored.refresh_from_db()
        page, url = (reverse(f"indicators:edition_{name}", args=[stored.pk]) for name in ("detail", "action"))
        return Walk(client, make_cast(), machine, stored, action, page, url)

    return at


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(walk, step):
    walk(step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(walk, step):
    walk(step).refuses_an_old_form()


def test_a_new_text_and_a_lock_count_the_version_up():
    first = import_document(parsed=parse(text())).edition.version
    second = import_document(parsed=parse(text(points=50))).edition
    assert second.version > first
    again = import_document(parsed=parse(text(points=50))).edition
    assert again.version == second.version, "the same text changes nothing"
    Edition.objects.update(status="published")
    freeze(again)
    assert again.version == second.version + 1
