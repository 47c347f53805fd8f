"""Days in the wrong order: every constraint of the helper says so in the names of its fields, at the field that a form has."""

import datetime as dt
import re

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from greendistrict.core import clock
from greendistrict.core.constraints import Ordered

CHINESE = re.compile(r"^[^A-Za-z_“]+不能早于[^A-Za-z_“]+$")
EVERY = [(model, one) for model in apps.get_models() for one in model._meta.constraints if isinstance(one, Ordered)]
NAMES = [one.name for _, one in EVERY]


def wrong(model, one):
    """A row of the model with its two fields in the wrong order, nothing else."""
    row, today = model(), clock.today()
    early, late = (today - dt.timedelta(days=3), today) if "Date" in model._meta.get_field(one.first).get_internal_type() else (2026, 2030)
    setattr(row, one.first, late)
    setattr(row, one.second, early)
    return row


def said(model, one, *, exclude=None):
    try:
        one.validate(model, wrong(model, one), exclude=exclude)
    except ValidationError as error:
        return error.message_dict
    return {}


def test_the_helper_is_used():
    assert len(EVERY) >= 30


@pytest.mark.parametrize(("model", "one"), EVERY, ids=NAMES)
def test_the_words_are_chinese_and_stand_at_the_field_that_the_form_has(model, one):
    words = one.words(model)
    assert CHINESE.match(words), words
    assert said(model, one) == {one.second: [words]}
    assert said(model, one, exclude={one.first}) == {one.second: [words]}
    assert said(model, one, exclude={one.second}) == {one.first: [words]}
    assert said(model, one, exclude={one.first, one.second}) == {}


@pytest.mark.parametrize(("model", "one"), EVERY, ids=NAMES)
def test_an_open_end_and_the_same_day_pass(model, one):
    row = wrong(model, one)
    for first, second in ((getattr(row, one.first), None), (None, getattr(row, one.second)), (getattr(row, one.first),) * 2):
        setattr(row, one.first, first)
        setattr(row, one.second, second)
        one.validate(model, row)


@pytest.mark.parametrize(("model", "one"), EVERY, ids=NAMES)
def test_migrations_see_a_plain_constraint(model, one):
    path, _, kwargs = one.deconstruct()
    assert (path, kwargs["name"], one.clone().words(model)) == ("django.db.models.CheckConstraint", one.name, one.words(model))
