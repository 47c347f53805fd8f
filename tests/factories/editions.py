"""The reference edition for tests: imported once per process, then copied inside the database, which takes a tenth of the time."""

from django.core.management import call_command
from django.db import connection, models

from greendistrict.core import clock
from indicators.catalogue import parse
from indicators.editions.models import Chapter, Clause, Edition, EditionDocument
from indicators.editions.services import DATA, import_document

TABLES: tuple[type[models.Model], ...] = (Edition, EditionDocument, Chapter, Clause)
SCHEMA = "kept"  # beside the tables of the portal: neither migrations nor the emptying of tables know of it


def keep_reference_edition() -> None:
    """Import the edition into an empty database, keep its rows, and leave the tables empty."""
    _imported()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
        for model in TABLES:
            cursor.execute(f"CREATE TABLE {SCHEMA}.{model._meta.db_table} AS TABLE {model._meta.db_table}")
    call_command("flush", interactive=False, verbosity=0)


def reference_edition() -> Edition:
    """The reference edition as a draft, imported just now; the same one when it is called again."""
    found = Edition.objects.filter(code="GD-REF-2024").first()
    if found is not None:
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"{SCHEMA}.{Edition._meta.db_table}"])
        if cursor.fetchone()[0] is None:  # the database of a portal's own
            return _imported()
        for model in TABLES:
            table = model._meta.db_table
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {SCHEMA}.{table}")  # noqa: S608
            if model._meta.auto_field is None:
                continue
            # the copy keeps its keys: after a test that begins the sequences anew the next row would take one of them
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")  # noqa: S608
    Edition.objects.filter(code="GD-REF-2024").update(imported_at=clock.now())
    return Edition.objects.get(code="GD-REF-2024")


def _imported() -> Edition:
    return import_document(parsed=parse((DATA / "reference-2024.yaml").read_bytes())).edition
