"""The demo's fiction comes once, shows what it should and goes without a trace: a portal with its story beside one that never had it."""

import json
import os
from collections import Counter

import pytest

from tests.e2e.conftest import TOLD_ON
from tests.e2e.steps.setting import load_story
from tests.processes import Portal
from tools.demo import progress

pytestmark = pytest.mark.slow


def ask(portal, what):
    return json.loads(portal.run("-m", "tests.portal.fiction", what).splitlines()[-1])


@pytest.fixture
def untold(tmp_path):
    with Portal(tmp_path / "untold", f"untold_{os.getpid()}") as made:
        made.move(TOLD_ON)
        made.migrate()
        yield made


@pytest.fixture
def told(tmp_path):
    with Portal(tmp_path / "told", f"fiction_{os.getpid()}") as made:
        made.move(TOLD_ON)
        load_story(made)
        yield made


def test_the_fiction_comes_once_and_goes_without_a_trace(untold, told):
    before, loaded = ask(untold, "reference"), ask(told, "counts")
    steps = loaded["rows"]["workflow.TransitionRecord"] - before["rows"]["workflow.TransitionRecord"]
    assert abs(steps - progress.STEPS) < progress.STEPS / 5, steps  # "how far" is told from this number
    assert "未作改动" in told.run("manage.py", "demo_load")
    assert ask(told, "counts") == loaded
    seen = ask(told, "look")
    assert seen["wrong"] == {}
    assert seen["compared"] > 6  # more than the band of the desk

    told.run("manage.py", "demo_reset")
    after = ask(told, "counts")
    rows, were = Counter(after["rows"]), Counter(before["rows"])
    # The reference edition was used and stays frozen, with the step that froze it.
    assert {name: rows[name] - were[name] for name in rows | were if rows[name] != were[name]} == {"workflow.TransitionRecord": 1}
    assert after["real"] == before["real"]
    assert not (told.folder / "demo-accounts.json").exists()
