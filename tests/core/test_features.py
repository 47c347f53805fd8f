"""Modules by which features declare themselves are looked for within an app, not beside it."""

from pathlib import Path

import pytest
from django.urls import path

from greendistrict.core.features import Feature, modules_named
from tests.reports import world


def test_a_package_has_its_modules_and_those_of_the_packages_in_it():
    names = {module.__name__ for module in modules_named("letters", "approvals")}
    assert {"approvals.cases.letters", "approvals.publicity.letters"} <= names


def test_what_lies_beside_an_app_of_a_single_module_is_not_its_own():
    assert any(Path(world.__file__).parent.glob("letters/*.py"))
    assert list(modules_named("letters", world.__name__)) == []


@pytest.mark.parametrize("mark", ["closed_to_experts", "proof", "proof_to_send", "before_factor"])
def test_a_mark_names_a_page_of_the_feature(mark):
    page = path("things/", lambda request: request, name="things")
    assert getattr(Feature(pages={"": (page,)}, **{mark: ("things",)}), mark) == ("things",)
    for wrong in ({mark: ("thing",)}, {"recorded": {"thing": "清单"}}):
        with pytest.raises(ValueError, match="no page of the feature"):
            Feature(pages={"": (page,)}, **wrong)
