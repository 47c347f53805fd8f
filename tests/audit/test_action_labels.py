"""Every recorded action can be read in words."""

import ast
import re

import pytest

from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from greendistrict.audit import action_labels
from greendistrict.audit.selectors import records
from greendistrict.audit.services import record
from greendistrict.workflow.declaration import machines
from tests.architecture.sources import nodes

CODE = re.compile(r"[a-z_]+\.[a-z_]+")


def recorded():
    """Codes that stand behind ``action=`` of any call (of exports, too), those of rows of lists, and those of steps."""
    given = (node.value for _, node in nodes(ast.keyword) if node.arg == "action")
    texts = (one.value for value in given for one in ast.walk(value) if isinstance(one, ast.Constant) and isinstance(one.value, str))
    named = {text for text in texts if CODE.fullmatch(text)}
    rows = {f"districts.{model._meta.model_name}_{what}" for model in (Plot, KeyProject, Work) for what in ("save", "delete")}
    steps = {f"{machine.name}.{step.action}" for machine in machines() for step in machine.transitions}
    return named | rows | steps


def test_every_action_has_words():
    assert len(recorded()) > 500
    assert [action for action in sorted(recorded()) if action_labels.label_of(action) == action] == []


@pytest.mark.django_db
def test_records_are_found_by_the_words_of_their_action():
    record(action="documents.download", by=None)
    record(action="accounts.login", by=None)
    assert [row.action for row in records("下载")] == ["documents.download"]
