"""Table of duties: docs equal the declarations, each rests on a policy rule; renamed kinds keep their decisions."""

import ast
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connection

from greendistrict.notifications.models import Notification
from greendistrict.policy.duty_table import DUTY_KINDS, OF_DISTRICT, ROWS
from greendistrict.policy.loader import all_policies
from greendistrict.workflow.models import OutboxMessage
from obligations.collectors import FAMILIES, YEARLY
from obligations.models import Exemption
from scripts.duties_table import table
from tests.factories.received import at

DOCS = Path(__file__).resolve().parents[2] / "docs" / "obligations.md"


def test_the_docs_show_the_declarations():
    """Run ``.venv/bin/python -m scripts.duties_table`` and replace the table."""
    assert table() in DOCS.read_text(encoding="utf-8")


def test_each_row_stands_on_a_rule_that_exists():
    rules = {rule.id: rule.cite for policy in all_policies() for rule in policy.rules}
    assert {row.rule for row in ROWS if row.rule} <= set(rules)


def test_a_key_is_declared_once_and_every_kind_that_is_named_is_declared():
    assert len(DUTY_KINDS) == len(ROWS)
    assert set(DUTY_KINDS) >= {*OF_DISTRICT, *YEARLY, *(kind for family in FAMILIES for kind in family.kinds)}


def test_every_declared_kind_is_yielded_by_a_module():
    """The page of rules says of each row that obligations track it."""
    modules = (path.read_text(encoding="utf-8") for path in (DOCS.parents[1] / "obligations").glob("*.py"))
    yielded = {text.value for module in modules for text in ast.walk(ast.parse(module)) if isinstance(text, ast.Constant)}
    assert set(DUTY_KINDS) - yielded - {*YEARLY} == set()


renaming = import_module("obligations.migrations.0002_keys_of_obligations_as_the_table_of_duties")
REMINDERS = {
    "self-check:7:2026:2027-03-31:before-7": "self_check:7:2026:2027-03-31:before-7",
    "stage:7:2027-03-31:on-day": "stage_material:7:2027-03-31:on-day",
    "stage:7:opened": "stage:7:opened",
}


@pytest.mark.django_db
def test_keys_go_there_and_back(people):
    told = {"reason": "x", "decided_at": at(2027, 1, 1), "decided_by": people.city_director}
    for key in ("carbon-report:7:2026", "rectify:3"):
        Exemption.objects.create(obligation=key, **told)
    for key in REMINDERS:
        OutboxMessage.objects.create(kind="note", key=f"note:{key}:{people.preparer.pk}", created_at=at(2027, 1, 1))
        Notification.objects.create(
            kind="x", key=f"{key}:{people.preparer.pk}", receiver=people.preparer, title="x", created_at=at(2027, 1, 1)
        )

    def found():
        notes = set(Notification.objects.values_list("key", flat=True))
        assert {f"note:{key}" for key in notes} == set(OutboxMessage.objects.values_list("key", flat=True))
        return set(Exemption.objects.values_list("obligation", flat=True)), {key.rpartition(":")[0] for key in notes}

    with connection.schema_editor() as editor:
        renaming.forwards(None, editor)
    assert found() == ({"carbon_verification:7:2026", "rectification:3"}, set(REMINDERS.values()))
    with connection.schema_editor() as editor:
        renaming.backwards(None, editor)
    assert found() == ({"carbon-report:7:2026", "rectify:3"}, set(REMINDERS))
