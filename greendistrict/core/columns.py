"""Columns: some of many rows updated in one short statement, and texts cut to the length of one."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, models, transaction

AT_ONCE = 1000


def fitted(model: type[models.Model] | models.Model, name: str, text: str) -> str:
    """The part of a text that the named column of a model, or of a row's model, has room for."""
    return text[: room_in(model, name)]


def room_in(model: type[models.Model] | models.Model, name: str) -> int:
    """How many characters the named column of a model holds."""
    field: Any = model._meta.get_field(name)
    return int(field.max_length)


def write_columns(rows: Sequence[models.Model], names: Collection[str]) -> None:
    """Write the named fields of stored rows of one model, like ``bulk_update``.

    Django's builds a CASE over every row for every field: 11 ms of processor time for a score table of 109 rows, where a list of values
    takes 1.
    """
    if not rows:
        return
    fields: list[Any] = [rows[0]._meta.get_field(name) for name in names]
    with transaction.atomic(savepoint=False):
        for first in range(0, len(rows), AT_ONCE):
            _write(rows[first : first + AT_ONCE], fields)


def _write(rows: Sequence[models.Model], fields: Sequence[Any]) -> None:
    """Execute the UPDATE for one batch of rows."""
    options: Any = rows[0]._meta
    quote = connection.ops.quote_name
    table, key = quote(options.db_table), options.pk
    columns = [quote(field.column) for field in fields]
    puts = ", ".join(f"{column} = given.{column}::{_type(field)}" for column, field in zip(columns, fields, strict=True))
    one = f"({', '.join(['%s'] * (1 + len(fields)))})"
    names = ", ".join([quote(key.column), *columns])
    statement = (
        f"UPDATE {table} SET {puts} FROM (VALUES {', '.join([one] * len(rows))}) AS given ({names}) "  # noqa: S608 -- names of our columns
        f"WHERE {table}.{quote(key.column)} = given.{quote(key.column)}"
    )
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in (key, *fields)]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _type(field: Any) -> str:
    """Type of the column; a length-limited text uses an unlimited type, so that a value too long is refused instead of being truncated."""
    found: str = field.db_type(connection)
    return "text" if found.startswith("varchar") else found
