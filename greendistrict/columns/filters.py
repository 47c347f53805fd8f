"""Conditions of lists, from the declared columns: what the bar asks for, and which rows meet it (django-filter).

Also here: choices read from a table as (key, name).
"""

from collections.abc import Callable, Iterator
from functools import cache, reduce
from operator import or_
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django_filters.constants import EMPTY_VALUES
from django_filters.fields import ModelChoiceField, ModelChoiceIterator

from greendistrict.columns.base import ALL, Choices, DeclaredColumn, offered
from greendistrict.core.widgets import DayField

LONGEST = 100  # characters of a search, as of the longest name of a district, under which pages link to lists
LOOKUPS = ("__contains", "__istartswith")


class ListCondition(django_filters.Filter):  # type: ignore[misc]  # django-filter ships no types
    """Rows that meet what was asked for, as ``meeting`` says it; all without that, where the page takes it elsewhere.

    Its field is made once, and copied by each form.
    """

    def __init__(self, label: str, meeting: Callable[[Any], Q] | None = None, **other: Any) -> None:
        super().__init__(label=label, **other)
        self.meeting = meeting

    def filter(self, qs: QuerySet[Any, Any], value: Any) -> QuerySet[Any, Any]:
        """All rows unless something is asked for."""
        return qs if value in EMPTY_VALUES or self.meeting is None else qs.filter(self.meeting(value))


class ColumnFilter(ListCondition):
    """Rows by their value of a column, under its label and words; none by what they withhold."""

    def __init__(
        self, column: DeclaredColumn, meeting: Callable[[Any], Q] | None = None, *, method: str | None = None, **other: Any
    ) -> None:
        super().__init__(column.label, meeting or column.meeting, method=method)
        self._field = column.filter_field(**other)


class ChosenFilter(ListCondition):
    """Rows by what a choice stands for, which no column holds; ``nothing`` is the choice of none."""

    field_class = forms.TypedChoiceField

    def __init__(
        self,
        label: str,
        choices: Choices,
        meeting: Callable[[Any], Q] | None = None,
        *,
        nothing: str | None = ALL,
        **other: Any,
    ) -> None:
        super().__init__(label, meeting, choices=offered(choices, nothing), **other)


class WordsFilter(ListCondition):
    """Rows that have every word in one of the fields, which may name a lookup for words in lower case; or as ``meeting`` says it."""

    field_class = forms.CharField

    def __init__(self, label: str, *paths: str, meeting: Callable[[str], Q] | None = None, max_length: int = LONGEST, **other: Any) -> None:
        super().__init__(label, meeting or self._having, max_length=max_length, **other)
        self._lookups = [path if path.endswith(LOOKUPS) else f"{path}__icontains" for path in paths]

    def _having(self, words: str) -> Q:
        return Q(*(reduce(or_, (Q(**{lookup: word}) for lookup in self._lookups)) for word in words.lower().split()))


class DayFilter(ListCondition):
    """Rows by a day."""

    field_class = DayField


class Conditions(dict[str, Any]):
    """Conditions by name. Each request copies them flat, where the library would copy all that they hold."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return {name: _copied(condition) for name, condition in self.items()}


def _copied(condition: Any) -> Any:
    copied = object.__new__(type(condition))
    vars(copied).update(vars(condition))
    if condition.method is not None:
        copied.method = condition.method  # bound to the copy
    return copied


class ListFilter(django_filters.FilterSet):  # type: ignore[misc]  # as above
    """Conditions of a list, ``without`` some of those that it inherits; one that is not valid is told and not asked for."""

    without: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """Its conditions in order."""
        return Conditions((name, condition) for name, condition in super().get_filters().items() if name not in cls.without)

    def get_form_class(self) -> type[forms.BaseForm]:
        """The form of its fields, made once."""
        return _form_of(type(self))  # type: ignore[arg-type]  # classes can be hashed


@cache
def _form_of(conditions: Any) -> type[forms.BaseForm]:
    fields = {name: _copied(condition).field for name, condition in conditions.base_filters.items()}
    form: type[forms.BaseForm] = type(f"{conditions.__name__}Form", (conditions._meta.form,), fields)
    return form


class NamedIterator(ModelChoiceIterator):  # type: ignore[misc]  # django-filter ships no types
    """The empty choice, then (key, name) of each row."""

    def __iter__(self) -> Iterator[tuple[Any, str]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from self.field.named()


class NamedChoiceField(ModelChoiceField):  # type: ignore[misc]  # as above
    """Choice field over rows with a ``name``; filter bars use it for choices, active conditions and cached mark-up."""

    iterator = NamedIterator

    def __deepcopy__(self, memo: dict[int, Any]) -> "NamedChoiceField":
        copied: NamedChoiceField = super().__deepcopy__(memo)
        copied.__dict__.pop("_named", None)  # another form instance reads the rows itself
        return copied

    def named(self) -> list[tuple[Any, str]]:
        """(key, name) of each row in the order of the queryset."""
        if "_named" not in self.__dict__:
            self._named = list(self.queryset.values_list(self.to_field_name or "pk", "name"))
        return self._named


class NamedChoiceFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]  # as above
    """Filter by one of the rows."""

    field_class = NamedChoiceField
