"""The demo's story: somebody at every seat, something in every list, facts that an official would believe; it goes without a trace."""

import json
import os
from collections import Counter

import pytest

from tests.e2e.conftest import TOLD_ON
from tests.e2e.steps.setting import load_story
from tests.processes import Portal
from tools.demo import progress

MANY = 10_000  # inputs of hypothesis
# What a refusal is meant to write: the file that was chosen is kept for the next sending, for a day.
KEPT = {"documents_keptfile"}
# What jobs write of themselves, if the story was kept after they had run; versions of open data with a fictional row go.
OF_JOBS = {"core.JobRun", "core.Lease", "portal.DatasetVersion"}


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


@pytest.mark.slow
def test_the_fiction_comes_once_and_goes_without_a_trace(untold, told):
    before, counted = ask(untold, "reference"), ask(told, "counts")
    steps = counted["rows"]["workflow.TransitionRecord"] - before["rows"]["workflow.TransitionRecord"]
    assert abs(steps - progress.STEPS) < progress.STEPS / 5, steps  # "how far" is told from this number
    assert "未作改动" in told.run("manage.py", "demo_load")
    assert ask(told, "counts") == counted
    seen = ask(told, "look")
    assert seen["wrong"] == {}
    assert seen["compared"] > 6  # more than the band of the desk

    assert ask(told, "jobs") > 20  # a night has passed
    told.run("manage.py", "demo_reset")
    after = ask(told, "counts")
    rows, were = (Counter({name: count for name, count in one["rows"].items() if name not in OF_JOBS}) for one in (after, before))
    # The reference edition was used and stays frozen, with the step that froze it.
    assert {name: rows[name] - were[name] for name in rows | were if rows[name] != were[name]} == {"workflow.TransitionRecord": 1}
    assert after["real"] == before["real"]
    assert not (told.folder / "demo-accounts.json").exists()


@pytest.mark.long
def test_many_inputs_to_all_forms_and_imports_neither_fail_nor_are_half_saved(told):
    seen = json.loads(told.run("-m", "tests.portal.form_inputs", str(MANY)).splitlines()[-1])
    assert seen["wrong"] == {}
    assert {where: tables for where, tables in seen["half"].items() if not set(tables) <= KEPT} == {}
    assert (seen["sent"], seen["forms"] > 150, seen["files"] > 20) == (MANY, True, True)
