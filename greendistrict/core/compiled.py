"""SQL of a queryset compiled once, for queries whose structure never changes, only their values."""

from collections.abc import Callable, Collection, Hashable, Iterable
from copy import copy
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.db import connection
from django.db.models import QuerySet


class Compiled:
    """Queryset that Django builds and compiles once, with marks in place of values; each read substitutes the actual values.

    A mark is a value of the right type that occurs nowhere else in the queryset: -1 for a key, ``date.min`` for a day. The builder must not
    read anything that changes between calls (settings, posts, permissions). Prefetching is not supported.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *marks: Hashable) -> None:
        self._build, self._marks = build, marks

    @cached_property
    def _compiled(self) -> tuple[Any, Any, str, list[Any], list[tuple[int, Hashable]]]:
        queryset: Any = self._build(*self._marks)
        compiler = queryset.query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        places = [(at, mark) for at, one in enumerate(parameters) for mark in self._marks if one == mark]
        return queryset, compiler, statement, list(parameters), places

    def read(self, *values: Any) -> list[Any]:
        """Rows as the queryset would return them: model instances, mappings or tuples."""
        queryset, compiler, statement, parameters, places = self._compiled
        values_of, put = dict(zip(self._marks, values, strict=True)), list(parameters)
        for at, mark in places:
            put[at] = values_of[mark]
        bound = copy(compiler)  # one copy per read, because connections belong to threads
        bound.connection = connection
        bound.as_sql = lambda *_, **__: (statement, tuple(put))
        asked = copy(queryset.query)
        asked.get_compiler = lambda *_, **__: bound
        source = SimpleNamespace(db=connection.alias, query=asked, _known_related_objects={}, _fields=None)
        return list(queryset._iterable_class(source))  # noqa: SLF001 -- one loop for instances, mappings and tuples: Django's own


MARK_OF_KEY = -1_000_000  # keys from here downwards do not exist
MOST_KEYS = 64


class CompiledFor:
    """Queryset over all rows (``None``) or the rows of given keys, compiled for 1, 2, 4 … 64 keys; for more keys built on each call.

    ``build(only, *marks)`` must filter by ``only`` through ``__in`` alone.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *marks: Hashable) -> None:
        self._build, self._marks, self._held = build, marks, dict[int, Compiled]()

    def read(self, only: Collection[int] | None, *values: Any) -> list[Any]:
        """Rows as the queryset would return them; empty if ``only`` is empty."""
        keys = _filled_up(only)
        if only is not None and not keys:
            return []
        if len(keys) > MOST_KEYS:
            return list(self._build(only, *values))
        if len(keys) not in self._held:
            self._held[len(keys)] = self._narrowed(len(keys))
        return self._held[len(keys)].read(*values, *keys)

    def over(self, keys: QuerySet[Any, Any] | Collection[int], *values: Any) -> Iterable[Any]:
        """As ``read``, for keys that may be a queryset; for a queryset the statement is built on each call."""
        return self._build(keys, *values) if isinstance(keys, QuerySet) else self.read(keys, *values)

    def _narrowed(self, number: int) -> Compiled:
        fixed = len(self._marks)
        marks = range(MARK_OF_KEY - number, MARK_OF_KEY)
        return Compiled(lambda *put: self._build(put[fixed:] or None, *put[:fixed]), *self._marks, *marks)


def _filled_up(only: Collection[int] | None) -> list[int]:
    """The keys with the last one repeated up to a power of two, so that few statements serve any number of keys."""
    keys = sorted(only or ())
    return keys + keys[-1:] * ((1 << (len(keys) - 1).bit_length()) - len(keys)) if keys else []
