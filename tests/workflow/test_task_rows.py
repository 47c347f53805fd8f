"""Sources of tasks are asked only if there are rows that a task can come from; one query tells for all of them."""

import pytest

from greendistrict.accounts.models import User
from greendistrict.core.memoisation import held_reads
from greendistrict.workflow import task_rows
from greendistrict.workflow.task_rows import TaskRows, among
from tests.factories.accounts import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(monkeypatch):
    """Rows that are named in a test are asked for in that test alone."""
    monkeypatch.setattr(task_rows, "_builds", list(task_rows._builds))
    task_rows._asked.cache_clear()
    yield cast()
    task_rows._asked.cache_clear()


def named(name):
    return lambda: User.objects.filter(username=name)


def test_a_source_is_asked_only_if_there_are_rows_for_it(people):
    there, nowhere = named(people.preparer.username), named("nobody")
    asked = []

    @among(nowhere, there)
    def of_either(word):
        asked.append(word)
        yield word

    @among(nowhere)
    def of_none(word):
        asked.append(word)
        yield word

    assert (of_either("one"), of_none("two"), asked) == (["one"], [], ["one"])
    assert [rows.exist for rows in (TaskRows(there), TaskRows(nowhere), TaskRows(nowhere, there))] == [True, False, True]


def test_one_query_tells_for_all_sources_and_rows_of_a_minute_later_are_found(people, django_assert_num_queries):
    rows = [TaskRows(named("nobody")), TaskRows(named("later"))]
    with django_assert_num_queries(1), held_reads():
        assert [one.exist for one in rows] == [False, False]
    User.objects.filter(pk=people.preparer.pk).update(username="later")
    with django_assert_num_queries(1), held_reads():
        assert [one.exist for one in rows] == [False, True]
