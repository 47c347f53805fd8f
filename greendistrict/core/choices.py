"""Filter choices read from a table as (key, name)."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django_filters.fields import ModelChoiceField, ModelChoiceIterator


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
