"""Database constraints that recur in every app."""

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Model, Q


def one_of(field: str, values: Iterable[str], *, name: str, blank: bool = False) -> CheckConstraint:
    """Field holds one of the values (or nothing, with ``blank``); imports and shells bypass forms."""
    allowed = [*values, ""] if blank else list(values)
    return CheckConstraint(condition=Q(**{f"{field}__in": allowed}), name=name)


class Ordered(CheckConstraint):
    """``first`` is not after ``second``; an open end is allowed. A form says so in the names of its fields, beside the one it has.

    Django passes over a constraint one of whose fields the form does not have; here what is stored counts, for the database will ask.
    """

    def __init__(self, *, first: str = "", second: str = "", **kwargs: Any) -> None:
        self.first, self.second = first, second
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """As a plain constraint: migrations know what is stored, not what is said of it."""
        _, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs

    def clone(self) -> "Ordered":
        """A copy that knows its fields."""
        made: Ordered = super().clone()
        made.first, made.second = self.first, self.second
        return made

    def words(self, model: type[Model]) -> str:
        """What is wrong, in the names of the fields."""
        first, second = (model._meta.get_field(name) for name in (self.first, self.second))
        return f"{getattr(second, 'verbose_name', '')}不能早于{getattr(first, 'verbose_name', '')}"

    def validate(self, model: type[Model], instance: Model, exclude: Collection[str] | None = None, using: str = "default") -> None:
        """Raises ``ValidationError`` at the field that the form has."""
        del using
        asked = [name for name in (self.second, self.first) if name not in (exclude or ())]
        if asked and self.is_broken(instance):
            raise ValidationError({asked[0]: ValidationError(self.words(model), code=self.name)})

    def is_broken(self, row: Model) -> bool:
        """Whether the second value is before the first; both are known and of one kind, which a cell that was misread is not."""
        begins, ends = getattr(row, self.first), getattr(row, self.second)
        return begins is not None and isinstance(ends, type(begins)) and bool(ends < begins)


def ordered(first: str, second: str, *, name: str) -> Ordered:
    """``first`` is not after ``second``; an open end is allowed."""
    condition = Q(**{f"{second}__isnull": True}) | Q(**{f"{first}__isnull": True}) | Q(**{f"{second}__gte": F(first)})
    return Ordered(condition=condition, name=name, first=first, second=second)


def out_of_order(row: Model) -> list[tuple[str, str]]:
    """Field and words of every pair of a row that stands in the wrong order."""
    model = type(row)
    broken = [one for one in model._meta.constraints if isinstance(one, Ordered) and one.is_broken(row)]
    return [(one.second, one.words(model)) for one in broken]


def between(field: str, low: int, high: int, *, name: str) -> CheckConstraint:
    """Number lies within closed limits, or is not known."""
    return CheckConstraint(condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high}), name=name)
