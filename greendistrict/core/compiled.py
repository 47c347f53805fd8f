"""SQL of a queryset compiled once, for counts whose shape never changes: only its values differ from call to call."""

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Compiled:
    """Queryset that Django builds and compiles once, given marks where values belong; a read puts the values in their place.

    A mark is a value of the same type that nothing else in the queryset has: -1 for a key, ``date.min`` for a day.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *marks: Hashable) -> None:
        self._build, self._marks = build, marks

    @cached_property
    def _statement(self) -> tuple[str, tuple[Any, ...]]:
        return self._build(*self._marks).query.sql_with_params()

    def read(self, *values: Any) -> list[dict[str, Any]]:
        """The rows by name, as the database gives them."""
        statement, parameters = self._statement
        put = dict(zip(self._marks, values, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(statement, [put.get(one, one) for one in parameters])
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
