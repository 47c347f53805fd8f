"""``manage.py migrate``: Django's own, which first looks whether the database is of this line of versions at all."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate

from greendistrict.core import schema


class Command(migrate.Command):
    """``migrate`` that refuses a database from before 0.1.0 with one line and an exit code of its own."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise ``CommandError`` for such a database."""
        if schema.is_from_before(options["database"]):
            raise CommandError(schema.FROM_BEFORE, returncode=schema.EXIT_CODE)
        super().handle(*args, **options)
