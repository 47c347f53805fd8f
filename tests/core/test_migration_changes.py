"""Words of models and fields need no migration; what the database knows does."""

import pytest
from django.apps import apps
from django.core.management import load_command_class
from django.db import models
from django.db.migrations.state import ProjectState

from districts.plots.models import Plot
from greendistrict.core.schema import WordlessAutodetector


def changes(**altered):
    """Operations for plots with these attributes of ``area_ha`` changed, or of the model itself under ``model``."""
    before, after = ProjectState.from_apps(apps), ProjectState.from_apps(apps)
    state = after.models["districts", "plot"]
    state.options = {**state.options, **altered.pop("model", {})}
    name, arguments, options = Plot._meta.get_field("area_ha").deconstruct()[1:]
    assert name == "django.db.models.DecimalField"
    state.fields["area_ha"] = models.DecimalField(*arguments, **{**options, **altered})
    found = WordlessAutodetector(before, after)._detect_changes()
    return [type(one).__name__ for migration in found.get("districts", ()) for one in migration.operations]


@pytest.mark.parametrize(
    ("altered", "operations"),
    [
        ({}, []),
        ({"verbose_name": "面积", "help_text": "公顷", "choices": [(1, "一")]}, []),
        ({"model": {"verbose_name": "宗地", "verbose_name_plural": "宗地"}}, []),
        ({"max_digits": 9}, ["AlterField"]),
        ({"null": True}, ["AlterField"]),
        ({"model": {"ordering": ("number",)}}, ["AlterModelOptions"]),
    ],
)
def test_only_what_the_database_knows_is_a_change(altered, operations):
    assert changes(**altered) == operations


@pytest.mark.parametrize("command", ["makemigrations", "migrate"])
def test_both_commands_compare_so(command):
    assert load_command_class("greendistrict.core", command).autodetector is WordlessAutodetector
