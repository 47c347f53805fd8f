"""Ten thousand inputs of hypothesis over every form and import that a page shows anybody: no failure, nothing half-saved."""

import json
import os

import pytest

from tests.e2e.conftest import TOLD_ON
from tests.e2e.steps.setting import load_story
from tests.processes import Portal

MANY = 10_000
# What a refusal is meant to write: the file that was chosen is kept for the next sending, for a day.
KEPT = {"documents_keptfile"}


@pytest.mark.long
def test_ten_thousand_inputs_to_all_forms(tmp_path):
    with Portal(tmp_path / "told", f"inputs_{os.getpid()}") as made:
        made.move(TOLD_ON)
        load_story(made)
        seen = json.loads(made.run("-m", "tests.portal.form_inputs", str(MANY)).splitlines()[-1])
    assert seen["wrong"] == {}
    assert {where: tables for where, tables in seen["half"].items() if not set(tables) <= KEPT} == {}
    assert (seen["sent"], seen["forms"] > 150, seen["files"] > 20) == (MANY, True, True)
