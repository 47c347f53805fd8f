"""What many tests of a module begin with, made once: a transaction around the module, a copy of the objects for each test."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction


def once(make: Callable[[], Any]) -> Any:
    """A fixture of the module: what ``make`` returns, its rows taken back after the module. Each test's own are a savepoint inside.

    It is there before every test of the module: begun inside a test it would end with it.
    """

    @pytest.fixture(scope="module", autouse=True)
    def made(django_db_setup, django_db_blocker):
        with django_db_blocker.unblock(), transaction.atomic():
            yield make()
            transaction.set_rollback(True)

    return made


def copy_of(name: str) -> Any:
    """A fixture of the test: its own copy of the module's fixture ``name``, so that nothing a test changes reaches the next one."""

    @pytest.fixture
    def copied(request, db):
        return deepcopy(request.getfixturevalue(name))

    return copied


def item_of(name: str, place: int) -> Any:
    """A fixture of the test: one of the things that its fixture ``name`` holds."""

    @pytest.fixture
    def item(request):
        return request.getfixturevalue(name)[place]

    return item
