"""The columns of a model, declared beside it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Model

from greendistrict.columns.base import DeclaredColumn
from greendistrict.columns.kinds import plain
from greendistrict.documents.workbooks import columns as books


class Columns(Mapping[str, DeclaredColumn]):
    """Columns of ``model`` by name, in the order of their declaration. Raises ``FieldDoesNotExist`` for a name that is no field of it.

    Of records that a selector makes, ``model`` is their class: labels are found where it is annotated with models, else they are given.
    """

    def __init__(self, model: type[Any], **columns: DeclaredColumn) -> None:
        self.model = model
        self._columns = {name: column if column.name else column.bound(name, model) for name, column in columns.items()}

    @classmethod
    def of(cls, model: type[Model], *names: str, **columns: DeclaredColumn) -> "Columns":
        """Columns of these fields, in this order: as given, else of the plain kind of the field. Raises ``FieldDoesNotExist``."""
        return cls(model, **{name: columns[name] if name in columns else plain(model._meta.get_field(name)) for name in names})

    def __getitem__(self, name: str) -> DeclaredColumn:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def part(self, *names: str) -> "Columns":
        """The named columns, in this order. Raises ``KeyError``."""
        return Columns(self.model, **{name: self[name] for name in names})

    def without(self, *names: str) -> "Columns":
        """All columns but the named ones. Raises ``KeyError`` for a name that is none of them."""
        if unknown := set(names) - set(self):
            raise KeyError(*unknown)
        return self.part(*(name for name in self if name not in names))

    def needed(self, *names: str) -> "Columns":
        """The same columns; those of these names, or all without names, must be filled in where the model asks for nothing."""
        asked = set(names or self)
        return Columns(self.model, **{name: replace(column, required=True) if name in asked else column for name, column in self.items()})

    def facts(self, row: Any) -> list[tuple[str, str]]:
        """Labels and values of a stored row, as beside each other on its page."""
        return [(column.label, column.fact(column.of(row))) for column in self.values()]

    def disclosed(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Values of a row by name, as told to programs: nothing for those that it withholds, whose names are ``withheld``."""
        hidden = [name for name, withheld in self._withholding if row[withheld]]
        if not hidden:
            return {**row, "withheld": []}
        return {**row, **{name: self[name].field.get_default() for name in hidden}, "withheld": hidden}

    @cached_property
    def _withholding(self) -> tuple[tuple[str, str], ...]:
        """Names of columns that some rows withhold, and the source that says so."""
        return tuple((name, column.withheld) for name, column in self.items() if column.withheld)

    def form_fields(self) -> dict[str, forms.Field]:
        """Form fields."""
        return {name: column.form_field() for name, column in self.items()}

    def examples(self) -> dict[str, Any]:
        """Example values of the API."""
        return {name: column.example for name, column in self.items()}

    def book_columns(self) -> tuple[books.Column, ...]:
        """Columns of a workbook that comes back."""
        return tuple(column.book_column() for column in self.values())
