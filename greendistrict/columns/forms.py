"""Forms of declared columns."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms

from greendistrict.columns.declared import Columns

FormClass = TypeVar("FormClass", bound="ColumnsForm")


class ColumnsForm(forms.Form):
    """Base of a form of declared columns, which ``with_columns`` names."""

    columns: Columns

    def initial_of(self, row: Any) -> dict[str, Any]:
        """Initial values of its columns for a stored row."""
        return {name: column.initial(column.of(row)) for name, column in self.columns.items()}


def with_columns(columns: Columns) -> Callable[[type[FormClass]], type[FormClass]]:
    """Class decorator: the form has fields of these columns, after those that it declares itself."""

    def with_fields(form: type[FormClass]) -> type[FormClass]:
        fields = columns.form_fields()
        form.columns = columns
        form.declared_fields = {**form.declared_fields, **fields}
        form.base_fields = {**form.base_fields, **fields}
        return form

    return with_fields
