"""Database constraints used by every app."""

from collections.abc import Collection, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Model, Q


def one_of(field: str, values: Iterable[str], *, name: str, blank: bool = False) -> CheckConstraint:
    """The field has one of the values (with ``blank`` also none); also enforced for imports and shells, which bypass forms."""
    allowed = [*values, ""] if blank else list(values)
    return CheckConstraint(condition=Q(**{f"{field}__in": allowed}), name=name)


class Ordered(CheckConstraint):
    """``first`` is not after ``second``; either may be null. Forms show the error with the field names, at a field they contain.

    Django skips a constraint if the form lacks one of its fields; this class uses the stored value then, as the database will check it.
    """

    def __init__(self, *, first: str = "", second: str = "", **kwargs: Any) -> None:
        self.first, self.second = first, second
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        """Deconstruct as a plain constraint; migrations only record what is stored."""
        _, args, kwargs = super().deconstruct()
        return "django.db.models.CheckConstraint", args, kwargs

    def clone(self) -> "Ordered":
        """Copy that keeps the field names."""
        made: Ordered = super().clone()
        made.first, made.second = self.first, self.second
        return made

    def words(self, model: type[Model]) -> str:
        """Error message with the names of the fields."""
        first, second = (model._meta.get_field(name) for name in (self.first, self.second))
        return f"{getattr(second, 'verbose_name', '')}不能早于{getattr(first, 'verbose_name', '')}"

    def validate(self, model: type[Model], instance: Model, exclude: Collection[str] | None = None, using: str = "default") -> None:
        """Raises ``ValidationError`` at a field that the form contains."""
        del using
        asked = [name for name in (self.second, self.first) if name not in (exclude or ())]
        if asked and self.is_broken(instance):
            raise ValidationError({asked[0]: ValidationError(self.words(model), code=self.name)})

    def is_broken(self, row: Model) -> bool:
        """Whether both values are known, comparable and in the wrong order; misread cells of an import may not be comparable."""
        begins, ends = getattr(row, self.first), getattr(row, self.second)
        return begins is not None and isinstance(ends, type(begins)) and bool(ends < begins)


def ordered(first: str, second: str, *, name: str) -> Ordered:
    """Constraint: ``first`` is not after ``second``; either may be null."""
    condition = Q(**{f"{second}__isnull": True}) | Q(**{f"{first}__isnull": True}) | Q(**{f"{second}__gte": F(first)})
    return Ordered(condition=condition, name=name, first=first, second=second)


def out_of_order(row: Model) -> list[tuple[str, str]]:
    """Field and message for every pair of the row in the wrong order."""
    model = type(row)
    broken = [constraint for constraint in model._meta.constraints if isinstance(constraint, Ordered) and constraint.is_broken(row)]
    return [(one.second, one.words(model)) for one in broken]


def between(field: str, low: int, high: int, *, name: str) -> CheckConstraint:
    """Constraint: the number lies within closed limits, or is null."""
    return CheckConstraint(condition=Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": low, f"{field}__lte": high}), name=name)
