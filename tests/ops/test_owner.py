"""The owner of the tables is no superuser: migrations and rights go through with what deploy/postgres/owner.sql gives."""

import re
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql

from tests.processes import Portal

ROOT = Path(__file__).resolve().parents[2]
OWNER, APP = "gd_test_owner", "gd_test_portal"


def as_role(url, role):
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{role}@{parts.netloc.rpartition('@')[2]}"))


@pytest.mark.slow
def test_migrations_need_no_superuser(tmp_path):
    (given,) = re.findall(r"^CREATE ROLE \w+ (.*) PASSWORD :'password';$", (ROOT / "deploy/postgres/owner.sql").read_text(), re.MULTILINE)
    with Portal(tmp_path, "gd_test_no_superuser") as portal:
        admin = portal.environment["GD_OWNER_DATABASE_URL"]
        with psycopg.connect(admin, autocommit=True) as connection:
            for role in (APP, OWNER):
                connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
            connection.execute(f"CREATE ROLE {OWNER} {given}")
            connection.execute(f"ALTER DATABASE {portal.name} OWNER TO {OWNER}")
        portal.environment["GD_OWNER_DATABASE_URL"] = as_role(admin, OWNER)
        portal.environment["DATABASE_URL"] = as_role(portal.environment["DATABASE_URL"], APP)
        portal.run("manage.py", "migrate", "--noinput", "--verbosity", "0")
        with psycopg.connect(admin) as connection:
            owners = connection.execute(
                "SELECT DISTINCT r.rolname, r.rolsuper FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner"
                " WHERE c.relnamespace = 'public'::regnamespace"
            ).fetchall()
            assert owners == [(OWNER, False)]
            assert connection.execute("SELECT rolcreaterole FROM pg_roles WHERE rolname = %s", [APP]).fetchone() == (False,)
        with psycopg.connect(portal.environment["DATABASE_URL"]) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE mine (id int)")
    with psycopg.connect(urlunsplit(urlsplit(admin)._replace(path="/postgres")), autocommit=True) as connection:
        for role in (APP, OWNER):
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
