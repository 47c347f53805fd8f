"""Rows that are the same in every test but for a few columns: put into words once, stored by one short statement each time."""

from collections.abc import Sequence
from copy import copy

from django.db import connection, models


class KeptRows:
    """``rows`` of one model, not stored; the columns ``varying`` get their values when they are stored."""

    def __init__(self, rows: Sequence[models.Model], *varying: str):
        self._rows, self._varying = rows, varying
        model = type(rows[0])
        fields = [field for field in model._meta.concrete_fields if not field.primary_key]
        with connection.cursor() as cursor:

            def words(row: models.Model) -> str:
                given = ["%s" if field.attname in varying else cursor.mogrify("%s", [self._value(field, row)]) for field in fields]
                return f"({', '.join(one if one == '%s' else one.replace('%', '%%') for one in given)})"

            stored = ", ".join(words(row) for row in rows)
        columns = ", ".join(f'"{field.column}"' for field in fields)
        self._statement = f"INSERT INTO {model._meta.db_table} ({columns}) VALUES {stored} RETURNING id"  # noqa: S608
        self._order = [field.attname for field in fields if field.attname in varying]

    @staticmethod
    def _value(field, row):
        return field.get_db_prep_save(getattr(row, field.attname), connection)

    def store(self, *values) -> list:
        """Store them, each with its varying values in the order of the columns; returns copies that are stored."""
        given = values or [()] * len(self._rows)
        with connection.cursor() as cursor:
            cursor.execute(self._statement, [value for row in given for value in row])
            keys = cursor.fetchall()
        made = [copy(row) for row in self._rows]
        for row, (key,), put in zip(made, keys, given, strict=True):
            row.pk, row._state.adding, row._state.db = key, False, connection.alias
            for name, value in zip(self._order, put, strict=True):
                setattr(row, name, value)
        return made
