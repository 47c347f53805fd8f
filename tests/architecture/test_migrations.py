"""Migrations change the schema or the data, never both: one that breaks off halfway leaves nothing that the other would have to know."""

from pathlib import Path

from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython
from django.db.migrations.operations.special import SeparateDatabaseAndState

from tests.architecture.sources import ROOT

# Both, and on installations already.
BOTH = {("approvals", "0030_certainty_of_stars"), ("districts", "0029_certainty_of_stars")}


def ours():
    labels = {config.label for config in apps.get_app_configs() if Path(config.path).is_relative_to(ROOT) and ".venv" not in config.path}
    return {key: row.operations for key, row in MigrationLoader(None).disk_migrations.items() if key[0] in labels}


def test_schema_and_data_are_apart():
    mixed = {
        key
        for key, operations in ours().items()
        if {isinstance(one, RunPython) for one in operations if not isinstance(one, SeparateDatabaseAndState)} == {True, False}
    }
    assert mixed == BOTH


def test_data_can_go_back():
    assert [key for key, operations in ours().items() for one in operations if isinstance(one, RunPython) and not one.reversible] == []
