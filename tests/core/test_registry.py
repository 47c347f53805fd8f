"""Registries of features: typed entries in their order, each key once."""

import pytest

from assessments import wiring
from assessments.experts.registry import panels
from assessments.tables.registry import features_above
from greendistrict.core.registry import Registry


def test_entries_come_in_the_order_of_their_registration_and_a_key_is_given_once():
    found = Registry[str]("words")
    found.register("b", "second letter")
    found.register("a", "first letter")
    with pytest.raises(ValueError, match="words: a is registered twice"):
        found.register("a", "another")
    assert list(found) == ["second letter", "first letter"]
    assert found.by_key == {"b": "second letter", "a": "first letter"}


def test_features_are_wired_once():
    with pytest.raises(ValueError, match="registered twice"):
        wiring._wire_features()
    assert [len(one.by_key) for one in (features_above, panels)] == [1, 1]
