"""State of the database schema: pending migrations, and databases from before 0.1.0 (``docs/adr/0009``)."""

from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

# Second steps of the apps in the chain of before, which one initial migration per app replaced: it left one in every database it made.
# Their first steps have the names of today's, so that Django itself would take such a database for an up-to-date one.
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
EXIT_CODE = 3  # of ``migrate`` for such a database


def is_from_before(alias: str = "default") -> bool:
    """Whether migrations of before 0.1.0 made this database."""
    return not BEFORE.isdisjoint(MigrationRecorder(connections[alias]).applied_migrations())


def missing_steps() -> int:
    """How many migrations the database still lacks; not meaningful for one from before 0.1.0."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
