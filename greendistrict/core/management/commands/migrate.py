"""``manage.py migrate``: Django's command, which first checks that the database belongs to this version line."""

from contextlib import ExitStack
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import transaction

from greendistrict.core import schema
from greendistrict.core.migration_states import rendered_alone


class Command(migrate.Command):
    """``migrate`` that refuses a database from before 0.1.0, and commits each migration together with its entry."""

    _together: ExitStack
    _alias: str

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise ``CommandError`` for a database from before 0.1.0."""
        self._alias = options["database"]
        if schema.is_from_before(self._alias):
            raise CommandError(schema.FROM_BEFORE, returncode=schema.EXIT_CODE)
        with ExitStack() as self._together:
            super().handle(*args, **options)

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:  # noqa: FBT001, FBT002 -- Django's
        """Open a transaction around each migration and its entry in ``django_migrations``.

        Django records a migration with foreign keys only after committing it. If the process ends in between, the next start would create
        the tables again and fail.
        """
        if action in {"apply_start", "unapply_start"} and migration.atomic:
            self._together.enter_context(transaction.atomic(using=self._alias))
        if action == "apply_start":
            self._together.enter_context(rendered_alone())
        if action in {"apply_success", "unapply_success"}:
            self._together.close()
        super().migration_progress_callback(action, migration, fake)
