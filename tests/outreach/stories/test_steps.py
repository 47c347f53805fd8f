"""Steps of a story: the page names exactly the people who are notified; an outdated form is refused."""

import pytest
from django.urls import reverse

from outreach.stories.lifecycle import STORY
from outreach.stories.models import Story
from tests.factories.accounts import cast as make_cast
from tests.factories.once import copy_of, once
from tests.outreach.stories.world import make_story
from tests.steps import Walk, steps_of

pytestmark = pytest.mark.django_db
STEPS = steps_of(STORY)
NAMES = [f"{action}-{source}" for _, action, source in STEPS]


def make_written():
    cast = make_cast()
    return cast, make_story(cast)


written = once(make_written)
world = copy_of("written")


def walk(client, world, step):
    cast, story = world
    machine, action, source = step
    Story.objects.filter(pk=story.pk).update(status=source, submitted_by=cast.authority)
    story.refresh_from_db()
    page, url = (reverse(f"outreach:{name}", args=[story.pk]) for name in ("story", "story_action"))
    return Walk(client, cast, machine, story, action, page, url, labels={"案例编写人": {"authority", "preparer"}})


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_those_the_page_names_get_the_message_and_nobody_else(client, world, step):
    walk(client, world, step).holds_its_promise()


@pytest.mark.parametrize("step", STEPS, ids=NAMES)
def test_an_old_form_changes_nothing(client, world, step):
    walk(client, world, step).refuses_an_old_form()
