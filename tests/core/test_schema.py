"""A database from before 0.1.0 is recognised; each app's tables can be taken away and made again."""

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from greendistrict.core import checks, clock, schema
from greendistrict.core.django_internals import rendered_alone
from portal.operations.selectors import status as operations

# Without the partitions of readings: other tests of the process made some on demand and left them.
CATALOG = r"""
SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default, identity_generation
  FROM information_schema.columns WHERE table_schema = 'public' AND table_name !~ '^carbon_meterreading_\d' ORDER BY 1, 2;
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text !~ '^carbon_meterreading_\d' ORDER BY 1, 2;
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename !~ '^carbon_meterreading_\d' ORDER BY 1;
SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
 WHERE NOT tgisinternal AND tgrelid::regclass::text !~ '^carbon_meterreading_\d' ORDER BY 1, 2;
SELECT proname, prosrc, prosecdef FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1
"""


@pytest.fixture
def before(db):
    """A trace of the chain of before."""
    MigrationRecorder(connection).record_applied("core", "0002_paper_code")


def test_no_migration_takes_a_name_by_which_the_chain_of_before_is_known():
    assert schema.BEFORE.isdisjoint(MigrationLoader(None).disk_migrations)


@pytest.mark.django_db
def test_a_database_of_this_line_passes(settings):
    assert (schema.is_from_before(), schema.missing_steps()) == (False, 0)
    settings.AS_OWNER = False
    assert checks.made_by_this_line(databases=["default"]) == checks.made_by_this_line(databases=None) == []


@pytest.mark.usefixtures("before")
def test_migrate_leaves_a_database_from_before_as_it_is():
    for words in ([], ["core"], ["core", "zero"], ["--plan"], ["--check"]):
        with pytest.raises(CommandError, match=r"0\.1\.0 之前的版本建立") as refusal:
            call_command("migrate", *words, verbosity=0)
        assert refusal.value.returncode == schema.EXIT_CODE
        assert "\n" not in str(refusal.value)
    assert schema.missing_steps() == 0


@pytest.mark.parametrize("trace", sorted(schema.BEFORE))
@pytest.mark.django_db
def test_each_of_the_traces_is_enough(trace):
    MigrationRecorder(connection).record_applied(*trace)
    assert schema.is_from_before()


@pytest.mark.usefixtures("before")
def test_checks_readiness_and_the_keepers_page_say_so(client, settings):
    settings.AS_OWNER = False
    assert [(found.id, found.msg) for found in checks.made_by_this_line(databases=["default"])] == [("gd.E021", schema.FROM_BEFORE)]
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["migrations"]) == (503, "failed")
    assert schema.FROM_BEFORE in operations.troubles(clock.now(), [])


def catalog():
    with connection.cursor() as cursor:
        found = []
        for query in CATALOG.split(";"):
            cursor.execute(query)
            found.append(cursor.fetchall())
    return found


@pytest.mark.area("*/migrations", "greendistrict/core")  # every table goes and comes
@pytest.mark.django_db
def test_each_app_goes_back_to_nothing_and_comes_again_as_it_was():
    made, graph = catalog(), MigrationLoader(connection).graph
    ours = [config.label for config in apps.get_app_configs() if not config.name.startswith(("django.", "axes", "rest_framework"))]
    chain = [label for label in ours if (label, "0001_initial") in graph.nodes]
    assert {"audit", "core", "approvals"} < set(chain)
    gone = []

    def watch(action, migration=None, *_):
        if action == "unapply_start":
            connection.check_constraints()  # what is deferred keeps a table from being dropped
        if action == "unapply_success" and migration.name == "0001_initial" and migration.app_label in chain:
            left = {row[0] for row in catalog()[0]}
            assert not {table for table in left if table.startswith(f"{migration.app_label}_")}
            gone.append(migration.app_label)

    # All in one plan: the states of the models before each step are made once, not once for each app. Nothing is related to a model
    # that goes, so that none but the one that a step changes is rendered anew: it would take a minute of processor time.
    with rendered_alone():
        MigrationExecutor(connection, watch).migrate([(label, None) for label in reversed(chain)])
    assert sorted(gone) == sorted(chain)
    call_command("migrate", verbosity=0)
    assert catalog() == made


FORGETFUL = """
CREATE FUNCTION forget_entry() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''ended here''; END';
CREATE TRIGGER forget_entry BEFORE INSERT ON django_migrations FOR EACH ROW WHEN (NEW.app = 'notifications') EXECUTE FUNCTION forget_entry()
"""


def tables_of_notifications():
    return {row[0] for row in catalog()[0] if row[0].startswith("notifications_")}


@pytest.mark.area("*/migrations", "greendistrict/core")  # tables go and come
@pytest.mark.django_db
def test_a_migration_that_was_not_entered_left_no_tables():
    made = tables_of_notifications()
    call_command("migrate", "notifications", "zero", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(FORGETFUL)
    with pytest.raises(DatabaseError, match="ended here"):
        call_command("migrate", "notifications", verbosity=0)
    assert tables_of_notifications() == set()
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION forget_entry CASCADE")
    call_command("migrate", "notifications", verbosity=0)
    assert tables_of_notifications() == made
