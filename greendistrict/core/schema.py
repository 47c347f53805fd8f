"""State of the database schema: pending migrations, and databases from before 0.1.0 (``docs/adr/0009``).

Also here: which changes of a model need a migration; not those of its words, which no database knows.
"""

from typing import Any

from django.db import connection, connections
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Field

# Second migrations of the apps in the old chain, which was replaced by one initial migration per app; every old database has these entries.
# The old first migrations have the same names as today's, so that Django would take an old database for an up-to-date one.
BEFORE = frozenset(
    {
        ("accounts", "0002_organisation_source"),
        ("approvals", "0002_announcement_approval"),
        ("assessments", "0002_receipt"),
        ("audit", "0002_append_only"),
        ("core", "0002_paper_code"),
        ("districts", "0002_indicator_systems"),
        ("documents", "0002_uploads"),
        ("indicators", "0002_words"),
        ("reports", "0002_sensitivity"),
    }
)
FROM_BEFORE = "这个数据库由 0.1.0 之前的版本建立，本版本不能接着使用：请为本版本另建空数据库；内置的演示数据库由 make demo 重建"
EXIT_CODE = 3  # exit code of ``migrate`` for such a database


def is_from_before(alias: str = "default") -> bool:
    """Whether this database was created by migrations from before 0.1.0."""
    return not BEFORE.isdisjoint(MigrationRecorder(connections[alias]).applied_migrations())


def missing_steps() -> int:
    """Number of pending migrations; meaningless for a database from before 0.1.0."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


FIELD_WORDS = ("verbose_name", "help_text", "choices")
MODEL_WORDS = ("verbose_name", "verbose_name_plural")


class WordlessAutodetector(MigrationAutodetector):
    """Compares models without labels, help texts and choices, so that a word is changed in one line and without a migration.

    The values that a column may have are held by its check constraint, whose change is seen.
    """

    def deep_deconstruct(self, obj: Any) -> Any:
        """As Django's, a field without its words."""
        found = super().deep_deconstruct(obj)
        if not isinstance(obj, Field):
            return found
        path, arguments, options = found
        return path, arguments, {name: value for name, value in options.items() if name not in FIELD_WORDS}

    def generate_altered_options(self) -> None:
        """As Django's, of models without their words."""
        for state in (self.from_state, self.to_state):
            for model in state.models.values():
                model.options = {name: value for name, value in model.options.items() if name not in MODEL_WORDS}
        super().generate_altered_options()
