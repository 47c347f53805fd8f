"""What the database refuses because of the data is told in words, by page and API alike; only bugs are errors."""

import pytest
from django.apps import apps
from django.db import DataError, IntegrityError, connection, models
from django.http import HttpResponse

from greendistrict.accounts.models import User
from greendistrict.core.database_faults import refusal_of, words_of
from greendistrict.core.middleware import RefusalMiddleware
from portal.api.problems import answer

pytestmark = pytest.mark.django_db
OWN = [model for model in apps.get_models() if model.__module__.partition(".")[0] not in {"django", "rest_framework", "axes"}]
NAMED = [one for model in OWN for one in model._meta.constraints if isinstance(one, models.UniqueConstraint)]
ONCE = "INSERT INTO accounts_user SELECT * FROM accounts_user LIMIT 1"
CASES = {
    ONCE: 409,
    "UPDATE accounts_post SET organisation_id = 2147483647; SET CONSTRAINTS ALL IMMEDIATE": 409,
    "SELECT 99999999999::bigint::int": 422,
    "SELECT '\\u0000'::jsonb ->> 0": 422,
    "SELECT E'\\xff'": 422,
    "SELECT 'a'::int": 422,
}


def raised(statement):
    with pytest.raises((IntegrityError, DataError)) as found, connection.cursor() as cursor:
        cursor.execute(statement)
    return found.value


@pytest.mark.parametrize("statement", CASES)
def test_an_error_of_the_data_is_a_refusal(people, rf, statement):
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT one")
    error = raised(statement)
    with connection.cursor() as cursor:
        cursor.execute("ROLLBACK TO one")
    page = RefusalMiddleware(lambda _: HttpResponse()).process_exception(rf.post("/x/"), error)
    assert (page.status_code, answer(error, {}).status_code) == (CASES[statement], CASES[statement])
    assert "没有" in page.content.decode()


@pytest.mark.parametrize("error", [User.DoesNotExist(), ValueError("NUL"), IntegrityError("null value"), KeyError("x"), OSError()])
def test_a_bug_stays_one(error):
    assert refusal_of(error) is None


@pytest.mark.parametrize(("value", "error"), [("a\0b", DataError), ("a\ud800b", UnicodeEncodeError)])
def test_a_text_that_the_database_cannot_hold(value, error):
    with pytest.raises(error) as found:
        User.objects.filter(name=value).exists()
    assert refusal_of(found.value).status == 422


def test_what_a_model_says_of_its_constraint_is_told():
    assert {one.name: words_of(one.name) for one in NAMED if words_of(one.name)}["plot_number_once"] == "地块编号已有"
