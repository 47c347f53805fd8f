"""Temporary database of the benchmark."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from django.conf import settings
from psycopg import sql

KEEPING = "postgres"


@contextmanager
def own_database(name: str, template: str) -> Iterator[str]:
    """Create a database on the portal's server as a copy of ``template`` and yield its URL; it is dropped in any case."""
    parts = urlsplit(settings.OWNER_DATABASE_URL)
    keeping, own = (urlunsplit(parts._replace(path=f"/{database}")) for database in (KEEPING, name))
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(keeping, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield own
        finally:
            connection.execute(drop)
