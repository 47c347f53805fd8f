"""``manage.py demo_renew``: replace an embedded database from before 0.1.0 that has fictional data only by an empty one."""

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections

from greendistrict import embedded
from greendistrict.audit import anchors
from greendistrict.core import clock, schema
from tools.demo import cast

REAL_ACCOUNTS = "SELECT id FROM accounts_user WHERE NOT is_demo LIMIT 1"
FILES = "SELECT file FROM documents_evidence"


class Command(BaseCommand):
    """Called by ``make demo`` if ``migrate`` refuses. Fictional data are nobody's work and are loaded again."""

    help = "Replace an embedded database from before 0.1.0 that holds demo data only"

    def handle(self, *args: Any, **options: Any) -> None:
        """Refused for other than embedded databases and if there are real accounts; a current database is left unchanged."""
        del args, options
        if not schema.is_from_before():
            self.stdout.write("数据库不是 0.1.0 之前的，未作改动")
            return
        if settings.PRODUCTION or embedded.addresses().database_url != settings.DATABASE_URL:
            raise CommandError(schema.FROM_BEFORE, returncode=schema.EXIT_CODE)
        if _rows("accounts_user", REAL_ACCOUNTS):
            msg = f"{schema.FROM_BEFORE}，但这里有正式账号，没有自动重建"
            raise CommandError(msg, returncode=schema.EXIT_CODE)
        files = [name for (name,) in _rows("documents_evidence", FILES)]
        connections.close_all()
        embedded.renew_database()
        self._tidy(files)
        self.stdout.write("原来的演示数据由 0.1.0 之前的版本建立，已清除，现在重新生成")

    @staticmethod
    def _tidy(files: list[str]) -> None:
        """Remove what belonged to the database: its files, cached fragments whose keys will be reused, anchors of its audit chain."""
        for name in files:
            default_storage.delete(name)
        cache.clear()
        cast.accounts_path().unlink(missing_ok=True)
        if anchors.path().exists():
            anchors.path().rename(anchors.path().with_suffix(f".{clock.now():%Y%m%d%H%M%S}"))


def _rows(table: str, query: str) -> list[tuple[Any, ...]]:
    """Result of a query on an old schema; empty if its migrations were interrupted before the table was created."""
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return []
        cursor.execute(query)
        return list(cursor.fetchall())
