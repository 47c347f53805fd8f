"""What is asked together holds exactly where Django's own checks, one by one, find nothing."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import FieldError, ValidationError
from django.db import connection
from django.db.models import CheckConstraint, Q

from districts.file.services import hold_constraints
from greendistrict.core import django_internals
from greendistrict.core.django_internals import passes
from greendistrict.core.errors import Refused
from tests.factories.accounts import cast
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return make_district(cast())


def violated(row):
    """Names of the checks that are false for this row, by Django."""
    found = set()
    for constraint in row._meta.constraints:
        if isinstance(constraint, CheckConstraint):
            try:
                constraint.validate(type(row), row)
            except ValidationError:
                found.add(constraint.name)
    return found


def test_a_good_row_takes_one_statement_for_all_its_checks(district, kept_queries):
    checks = [one for one in district._meta.constraints if isinstance(one, CheckConstraint)]
    assert len(checks) > 5
    with kept_queries():  # savepoint, statement, release
        assert passes(district, type(district), [one.condition for one in checks], "default")


@pytest.mark.parametrize(
    "values",
    [{"area_km2": Decimal(-1)}, {"area_km2": None}, {"stage": "nowhere"}, {"version": -1}],
    ids=["below its bound", "unknown", "no such word", "below zero"],
)
def test_it_says_of_a_row_what_the_checks_one_by_one_say(district, values):
    for name, value in values.items():
        setattr(district, name, value)
    conditions = [one.condition for one in district._meta.constraints if isinstance(one, CheckConstraint)]
    assert passes(district, type(district), conditions, "default") == (violated(district) == set())


def test_what_is_wrong_is_said_as_before(district):
    district.area_km2 = Decimal(-1)
    assert not django_internals.all_hold(district)
    with pytest.raises(ValidationError) as found:
        district.full_clean()
    with pytest.raises(Refused) as refused:
        hold_constraints(district)
    said = [message for messages in found.value.message_dict.values() for message in messages]
    assert [one.text for one in refused.value.refusals] == said != []


def test_a_statement_that_fails_is_left_to_django_and_the_transaction_goes_on(district):
    broken = Q(name__regex="(")
    assert passes(district, type(district), [broken], "default") is False
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_every_check_of_a_model_can_be_asked_together():
    """A check that names something else than fields of the model would always be left to Django, one statement for each."""
    unknown = set()
    for model in apps.get_models():
        conditions = [one.condition for one in model._meta.constraints if isinstance(one, CheckConstraint)]
        if conditions:
            fields = {field.name for field in model._meta.local_concrete_fields} | {"pk"}
            try:
                names = {reference[0] for reference in model._get_expr_references(Q(*conditions))}
            except FieldError:
                names = {"?"}
            unknown |= {(model.__name__, name) for name in names - fields}
    assert unknown == set()
