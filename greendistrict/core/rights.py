"""Database rights: the owner creates and changes tables (``migrate``); the portal's role only reads and writes rows and owns nothing.

The portal's role is the user of ``DATABASE_URL``, the owner that of ``GD_OWNER_DATABASE_URL``. Every ``migrate`` creates the role if
missing and grants its rights again, so that new tables are included. ``gd.E020`` reports it if both are the same.
"""

from typing import Any

from django.conf import settings
from django.db import connection, connections, transaction
from psycopg import errors, sql

INSERT_ONLY = ("audit_auditrecord", "audit_auditseal")
READ_ONLY = ("audit_auditpending", "audit_auditarchive", "django_migrations")
TOO_MIGHTY = """
SELECT (SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
    OR EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND pg_has_role(current_user, relowner, 'member'))
"""
OWNERS = """
SELECT EXISTS (SELECT FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE c.relnamespace = 'public'::regnamespace AND r.rolsuper)
"""


def owned_by_superuser() -> bool:
    """Whether a superuser owns tables of the portal."""
    with connection.cursor() as cursor:
        cursor.execute(OWNERS)
        return bool(cursor.fetchone()[0])


def too_mighty() -> bool:
    """Whether the role of this connection is a superuser, may create roles or databases, or owns tables of the portal."""
    with connection.cursor() as cursor:
        cursor.execute(TOO_MIGHTY)
        return bool(cursor.fetchone()[0])


def grant(*, using: str, **context: Any) -> None:
    """Receiver of ``post_migrate``: create the portal's role and grant its rights."""
    role = str(settings.APP_DATABASE.get("USER", ""))
    if "plan" not in context or not role:
        return
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT current_user = %s, EXISTS (SELECT FROM pg_roles WHERE rolname = %s)", [role, role])
        is_owner, known = cursor.fetchone()
        if is_owner:
            return
        _make(cursor, role, str(settings.APP_DATABASE.get("PASSWORD", "")), known=known)
        for statement in _statements(role, set(connections[using].introspection.table_names(cursor))):
            cursor.execute(statement)


def _make(cursor: Any, role: str, password: str, *, known: bool) -> None:
    """Create the role, which may only sign in, with the password of ``DATABASE_URL`` (sent as a verifier)."""
    if known and not password:
        return
    native = cursor.connection.pgconn
    verb = sql.SQL("ALTER ROLE {}" if known else "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION")
    statement = verb.format(sql.Identifier(role))
    if password:
        verifier = native.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        statement += sql.SQL(" PASSWORD {}").format(sql.Literal(verifier))
    try:
        with transaction.atomic(using=cursor.db.alias):
            cursor.execute(statement)
    except Exception as error:
        if known and isinstance(error.__cause__, errors.InsufficientPrivilege):
            return  # roles are administered by somebody else
        raise


def _statements(role: str, tables: set[str]) -> list[sql.Composed]:
    to = sql.Identifier(role)
    schema = [
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
        "GRANT USAGE ON SCHEMA public TO {to}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {to}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {to}",
        # Partitions of readings are created between two migrations; a backup reads each by its own name.
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO {to}",
    ]
    made = [sql.SQL(text).format(to=to) for text in schema]
    for text, names in (("UPDATE, DELETE", INSERT_ONLY), ("INSERT, UPDATE, DELETE", READ_ONLY)):
        revoke = sql.SQL(f"REVOKE {text} ON {{table}} FROM {{to}}")
        made += [revoke.format(table=sql.Identifier(name), to=to) for name in names if name in tables]
    return made
