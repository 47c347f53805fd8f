"""What closed years were frozen in: a later version reads them, so a field that is new has a default."""

import dataclasses
import inspect
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from reports.annual.figures.district import DistrictFigures
from reports.annual.figures.scores import AnnualFigures
from reports.city.figures.whole import PARTS
from reports.closings import plain

KEPT = Path(__file__).with_name("frozen_forms.yaml")  # required fields by type; a line is taken away only with a migration of closings


def required(kind: type) -> list[str]:
    if dataclasses.is_dataclass(kind):
        missing = dataclasses.MISSING
        return [one.name for one in dataclasses.fields(kind) if one.init and one.default is missing and one.default_factory is missing]
    return [name for name in kind._fields if name not in kind._field_defaults]


def forms(kind: Any, found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Required fields of every dataclass and named tuple in a type."""
    for member in plain._members(kind):
        if inspect.isclass(member) and plain._has_fields(member):
            if member.__qualname__ not in found:
                found[member.__qualname__] = required(member)
                for hint in plain._fields(member).values():
                    forms(hint, found)
        else:
            for argument in get_args(member):
                forms(argument, found)
    return found


FORMS: dict[str, list[str]] = {}
for frozen in (AnnualFigures, DistrictFigures, *PARTS.values()):
    forms(frozen, FORMS)


def test_the_list_names_every_frozen_type():
    assert FORMS.keys() == yaml.safe_load(KEPT.read_text()).keys()
    assert len(FORMS) > 40


@pytest.mark.parametrize("name", FORMS)
def test_no_field_is_asked_for_that_older_closings_lack(name):
    assert set(FORMS[name]) <= set(yaml.safe_load(KEPT.read_text())[name])
