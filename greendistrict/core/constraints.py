"""Database constraints that recur in every app."""

from collections.abc import Iterable

from django.db.models import CheckConstraint, F, Q


def one_of(field: str, values: Iterable[str], *, name: str, blank: bool = False) -> CheckConstraint:
    """Field holds one of the values (or nothing, with ``blank``); imports and shells bypass forms."""
    allowed = [*values, ""] if blank else list(values)
    return CheckConstraint(condition=Q(**{f"{field}__in": allowed}), name=name)


def ordered(first: str, second: str, *, name: str) -> CheckConstraint:
    """``first`` is not after ``second``; an open end is allowed."""
    condition = Q(**{f"{second}__isnull": True}) | Q(**{f"{first}__isnull": True}) | Q(**{f"{second}__gte": F(first)})
    return CheckConstraint(condition=condition, name=name)


def between(field: str, low: int, high: int, *, name: str) -> CheckConstraint:
    """Number lies within closed limits, or is not known."""
    return CheckConstraint(condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high}), name=name)
