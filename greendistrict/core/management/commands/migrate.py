"""``manage.py migrate``: Django's command, for a database that people work with meanwhile."""

import time
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections, transaction

from greendistrict.core import schema
from greendistrict.core.database_faults import BUSY, MIGRATING
from greendistrict.core.django_internals import rendered_alone
from greendistrict.core.schema import WordlessAutodetector


class Command(migrate.Command):
    """``migrate`` that refuses a database from before 0.1.0, commits each migration together with its entry, and waits for nobody long.

    A statement that changes a table waits for everybody who reads it, and everybody else waits behind it. So it gives up after
    ``MIGRATE_LOCK_SECONDS``, lets the others pass and tries again. Meanwhile pages that meet a change say 维护中.
    """

    autodetector = WordlessAutodetector
    _together: ExitStack
    _alias: str

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise ``CommandError`` for a database from before 0.1.0, and if a lock was not free in any attempt."""
        self._alias = options["database"]
        if schema.is_from_before(self._alias):
            raise CommandError(schema.FROM_BEFORE, returncode=schema.EXIT_CODE)
        with connections[self._alias].cursor() as cursor:
            cursor.execute("SET lock_timeout = 0")
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [MIGRATING])
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{settings.MIGRATE_LOCK_SECONDS}s"])
        try:
            self._in_attempts(*args, **options)
        finally:
            with connections[self._alias].cursor() as cursor:
                cursor.execute("RESET lock_timeout")
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [MIGRATING])

    def _in_attempts(self, *args: Any, **options: Any) -> None:
        for left in range(settings.MIGRATE_ATTEMPTS - 1, -1, -1):
            try:
                self._migrate(*args, **options)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") not in BUSY:
                    raise
                if not left:
                    times = settings.MIGRATE_ATTEMPTS
                    msg = f"a table was in use in each of {times} attempts; what was migrated stays, run it again: {error}"
                    raise CommandError(msg) from error
                self.stdout.write(f"\n  a table is in use, {left} attempts left: {error}".rstrip())
                time.sleep(settings.MIGRATE_LOCK_SECONDS)
            else:
                return

    def _migrate(self, *args: Any, **options: Any) -> None:
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
