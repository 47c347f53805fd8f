"""The demo's story, as the slow set shares it: somebody at every seat, something in every list, facts that an official would believe."""

import json

import pytest

from tests.e2e.conftest import TOLD_ON
from tests.e2e.steps.setting import load_demo
from tests.portal.story import SIGHTS
from tests.processes import Portal

pytestmark = pytest.mark.slow
ASKED = """
import json
from tests.portal import story
from tools.demo import cast
print(json.dumps(story.told(json.loads(cast.accounts_path().read_text("utf-8"))), ensure_ascii=False))
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What is asked of the story, answered by one process in a copy of it."""
    with Portal(tmp_path_factory.mktemp("story"), "e2e_story") as portal:
        portal.move(TOLD_ON)
        load_demo(portal)
        return json.loads(portal.run("manage.py", "shell", "--verbosity", "0", "--command", ASKED).splitlines()[-1])


@pytest.mark.parametrize("sight", SIGHTS)
def test_a_viewer_finds(told, sight):
    assert sight not in told["missing"]


def test_every_seat_has_an_account(told):
    assert told["without account"] == []


def test_every_seat_has_something_to_do(told):
    """Keepers do no business and nobody mandates a verifier; a partner owes the self-report of an area in which it had a task."""
    assert told["with nothing to do"] == ["audit_keeper", "security_keeper", "system_keeper", "verifier"]


def test_the_rules_of_plausibility_find_what_the_story_intends_and_nothing_else(told):
    assert told["unintended"] == []


def test_every_page_behind_an_obligation_opens_for_whoever_is_led_there(told):
    assert told["closed"] == []


def test_the_facts_are_those_an_official_would_believe(told):
    assert told["unbelievable"] == []
