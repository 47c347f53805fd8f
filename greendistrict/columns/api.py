"""Fields of the API from declared columns; apart from the kinds, because only who serves the API pays for its library."""

from functools import partial, singledispatch
from typing import Any

from rest_framework import serializers

from greendistrict.columns.base import DeclaredColumn
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import (
    ChoiceColumn,
    DayColumn,
    FlagColumn,
    NamesColumn,
    NumberColumn,
    RelatedColumn,
    TextColumn,
    WholeColumn,
)
from greendistrict.columns.shown import MomentColumn
from greendistrict.core.widgets import possible

ApiField = serializers.Field[Any, Any, Any, Any]
BEIJING = "北京时间，带+08:00"
MOST_NAMES = 50  # in one value


def api_fields(columns: Columns, **other: Any) -> dict[str, ApiField]:
    """Optional fields of a serializer, both read and written; ``other`` replaces their options."""
    return {name: api_field(column, **other) for name, column in columns.items()}


def api_field(column: DeclaredColumn, **other: Any) -> ApiField:
    """Optional field of a serializer, both read and written; ``other`` replaces its options.

    Of a row of another model it is the key. What is computed is text, and so is a number without a field: it is read only, or nothing.
    """
    make, options = _made(column)
    found: ApiField = make(**{"help_text": column.api_help, "required": False, **options, **other})
    return found


@singledispatch
def _made(column: DeclaredColumn) -> tuple[Any, dict[str, Any]]:
    """Class and options of the field."""
    del column
    return serializers.CharField, {}


def _may_lack(column: DeclaredColumn) -> dict[str, Any]:
    return {"allow_null": bool(column.field and column.field.null)}


def key_help(label: Any) -> str:
    """Description of a key in the schema."""
    return f"{label}的固定标识"


@_made.register
def _(column: TextColumn) -> tuple[Any, dict[str, Any]]:
    return serializers.CharField, {"max_length": column.longest, "allow_blank": not column.field or column.field.blank}


@_made.register
def _(column: ChoiceColumn) -> tuple[Any, dict[str, Any]]:
    return serializers.CharField, {"max_length": column.field.max_length, "allow_blank": column.field.blank}


@_made.register
def _(column: NumberColumn) -> tuple[Any, dict[str, Any]]:
    if not (field := column.field):
        return serializers.CharField, {"allow_null": True}
    return serializers.DecimalField, {"max_digits": field.max_digits, "decimal_places": field.decimal_places, "allow_null": field.null}


@_made.register
def _(column: WholeColumn) -> tuple[Any, dict[str, Any]]:
    return serializers.IntegerField, {"min_value": column.least, "max_value": column.most, **_may_lack(column)}


@_made.register
def _(column: DayColumn) -> tuple[Any, dict[str, Any]]:
    return serializers.DateField, {**_may_lack(column), "validators": [partial(possible, first=column.first)]}


@_made.register
def _(column: MomentColumn) -> tuple[Any, dict[str, Any]]:
    return serializers.DateTimeField, {**_may_lack(column), "help_text": f"{column.api_help}，{BEIJING}"}


@_made.register
def _(column: FlagColumn) -> tuple[Any, dict[str, Any]]:
    return serializers.BooleanField, _may_lack(column)


@_made.register
def _(column: RelatedColumn) -> tuple[Any, dict[str, Any]]:
    return serializers.IntegerField, {**_may_lack(column), "help_text": key_help(column.label)}


@_made.register
def _(column: NamesColumn) -> tuple[Any, dict[str, Any]]:
    return serializers.ListField, {"child": serializers.CharField(max_length=column.longest), "max_length": MOST_NAMES}
