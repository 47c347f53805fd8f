"""The portal's database role reads and writes rows; it owns nothing and cannot touch the audit record but to add to it."""

import os

import pytest
from django.conf import settings as project
from django.db import DatabaseError, connection, transaction

from greendistrict.audit import services
from greendistrict.core import checks, rights
from tests.processes import Portal

ROLE = project.APP_DATABASE["USER"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def as_portal():
    assert connection.settings_dict["USER"] != ROLE, "the owner's address is needed besides the portal's: GD_OWNER_DATABASE_URL"
    with connection.cursor() as cursor:
        cursor.execute(f'SET LOCAL ROLE "{ROLE}"')
        yield cursor
        cursor.execute("RESET ROLE")


FORBIDDEN = [
    "UPDATE audit_auditrecord SET action = 'x'", "DELETE FROM audit_auditrecord", "TRUNCATE audit_auditrecord",
    "ALTER TABLE audit_auditrecord DISABLE TRIGGER ALL", "DROP TRIGGER audit_protect_rows ON audit_auditrecord",
    "UPDATE audit_auditseal SET digest = 'x'", "DELETE FROM audit_auditseal", "TRUNCATE audit_auditseal",
    "INSERT INTO audit_auditpending (record_id) VALUES (1)", "DELETE FROM audit_auditpending", "DELETE FROM django_migrations",
    "SET session_replication_role = replica", "CREATE TABLE mine (id int)", "CREATE ROLE somebody SUPERUSER",
    "TRUNCATE accounts_user CASCADE", "DROP TABLE accounts_user CASCADE", "ALTER TABLE accounts_user DISABLE TRIGGER ALL",
    "COPY accounts_user TO PROGRAM 'cat'",
]  # fmt: skip


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_portal_may_not(as_portal, statement):
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
        as_portal.execute(statement)


def test_the_portal_writes_and_seals_records(as_portal, settings, tmp_path):
    settings.ANCHOR_DIR = tmp_path
    services.record(action="test.act", by=None)
    assert services.seal() == 1


def test_the_portal_reads_and_writes_every_other_table(as_portal):
    limited = {*rights.INSERT_ONLY, *rights.READ_ONLY}
    as_portal.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT"
        " (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT') AND has_table_privilege(oid, 'UPDATE')"
        " AND has_table_privilege(oid, 'DELETE'))"
    )
    assert {name for (name,) in as_portal.fetchall()} == limited
    as_portal.execute(
        "SELECT bool_and(CASE WHEN relkind = 'S' THEN has_sequence_privilege(oid, 'USAGE') ELSE true END)"
        " FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    )
    assert as_portal.fetchone() == (True,)


def test_a_table_made_between_two_migrates_is_read_by_the_portal_and_so_by_its_backup(as_portal):
    as_portal.execute("SELECT carbon_make_reading_partition('2031-01-15')")
    assert as_portal.fetchone() == (1,)
    as_portal.execute("SELECT count(*) FROM carbon_meterreading_2031_01")
    assert as_portal.fetchone() == (0,)


def test_a_mighty_role_is_told_from_the_portals(as_portal):
    assert not rights.too_mighty()
    as_portal.execute("RESET ROLE")
    assert rights.too_mighty()


def test_one_role_for_everything_is_an_error_in_production_and_a_warning_elsewhere(settings):
    assert checks.separate_owner(databases=["default"]) == []  # migrations and tests are the owner's work
    settings.AS_OWNER = False
    assert [found.id for found in checks.separate_owner(databases=["default"])] == ["gd.W020"]
    settings.PRODUCTION = True
    assert [found.id for found in checks.separate_owner(databases=["default"])] == ["gd.E020"]
    assert checks.separate_owner(databases=None) == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=False)
def test_processes_of_a_portal_work_with_the_lesser_role(tmp_path):
    with Portal(tmp_path / "portal", f"rights_{os.getpid()}") as portal:
        portal.migrate()
        portal.run("manage.py", "check", "--database", "default", "--fail-level", "WARNING")
        portal.run("manage.py", "setup")
        portal.run("manage.py", "verify_audit")
        portal.start_web()
        assert portal.readiness()["rights"] == "ok"
        users = portal.rows("SELECT DISTINCT usename FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        assert users in ([], [(ROLE,)])
        assert portal.rows("SELECT DISTINCT tableowner = %s FROM pg_tables WHERE schemaname = 'public'", ROLE) == [(False,)]
