"""The SQL statement that autosaves a form: one ``UPDATE`` with a version check, shared by every form that saves while typing."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection


@dataclass(frozen=True, kw_only=True)
class Autosave:
    """Declaration of an autosave statement: ``r`` is the row saved, ``held`` its owner.

    ``held`` reads the owner while it takes changes, with a lock: a submission waits for a save under way, or the save finds it submitted
    and writes nothing. A row that is its own owner needs none. ``row`` says which row is meant, ``seen`` the version that the page showed,
    ``columns`` what is written. ``beside`` are further tables, ``returned`` further columns of what was saved, ``history`` a statement
    that reads them from ``saved``.
    """

    table: str
    row: str
    columns: Mapping[str, str]
    held: str = "SELECT"
    answer: str = "version"
    version: str = "version"
    seen: str = "%(version)s"
    beside: str = ""
    returned: str = ""
    history: str = ""

    def save(self, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Run the statement; returns ``answer`` of each saved row, empty if somebody saved earlier or the owner is closed."""
        with connection.cursor() as cursor:
            cursor.execute(self.statement, parameters)
            return list(cursor.fetchall())

    @cached_property
    def statement(self) -> str:
        """The complete SQL. Names and conditions are constants of the program; typed input is passed as parameters."""
        columns = ", ".join(f"{name} = {value}" for name, value in self.columns.items())
        return f"""
            WITH held AS ({self.held}), saved AS (
                UPDATE {self.table} AS r SET {columns}, {self.version} = r.{self.version} + 1
                FROM held{self.beside and f", {self.beside}"}
                WHERE r.{self.version} = {self.seen} AND {self.row}
                RETURNING r.id, r.{self.version} AS version{self.returned and f", {self.returned}"}
            ){self.history and f", noted AS ({self.history})"}
            SELECT {self.answer} FROM saved
        """  # noqa: S608 -- see above
