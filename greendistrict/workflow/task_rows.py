"""Rows that tasks come from: one statement tells which sources have any, so that a desk reads only those."""

from collections.abc import Callable, Iterable
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.db.models import QuerySet, Value

from greendistrict.core.django_internals import Compiled
from greendistrict.core.memoisation import once

P = ParamSpec("P")
Found = TypeVar("Found")
Build = Callable[[], QuerySet[Any, Any]]
_builds: list[Build] = []


class TaskRows:
    """Rows without which a source has no task for anybody.

    ``builds`` return their querysets, the same at any time: they read no posts, settings or days. The source narrows them to its viewer.
    """

    def __init__(self, *builds: Build) -> None:
        self._places = range(len(_builds), len(_builds) + len(builds))
        _builds.extend(builds)

    @property
    def exist(self) -> bool:
        """Whether there are any; one query for the rows of all sources, within ``held_reads`` once."""
        return not once(_filled).isdisjoint(self._places)


def among(*builds: Build) -> Callable[[Callable[P, Iterable[Found]]], Callable[P, list[Found]]]:
    """Make a source of tasks one that is asked only if there are rows for it; see ``TaskRows``."""
    rows = TaskRows(*builds)

    def made(source: Callable[P, Iterable[Found]]) -> Callable[P, list[Found]]:
        @wraps(source)
        def found(*args: P.args, **kwargs: P.kwargs) -> list[Found]:
            return list(source(*args, **kwargs)) if rows.exist else []

        return found

    return made


def _filled() -> frozenset[int]:
    """Places of those that have rows."""
    return frozenset(_asked(len(_builds)).read())


@cache
def _asked(number: int) -> Compiled:
    """The statement for this many, which grow while modules are imported."""

    def united() -> QuerySet[Any, Any]:
        first, *others = (build().order_by().values_list(Value(place), flat=True)[:1] for place, build in enumerate(_builds[:number]))
        return first.union(*others, all=True)

    return Compiled(united)
