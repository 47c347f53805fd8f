"""Keys of obligations take the names of the table of duties; decisions and reminders keep theirs in step, so that none is sent twice."""

from django.db import migrations

RENAMED = (
    ("self-check", "self_check"),
    ("operation-report", "operation_report"),
    ("carbon-report", "carbon_verification"),
    ("stage", "stage_material"),
    ("rectify", "rectification"),
)
OF_REMINDER = ":[0-9]{4}-[0-9]{2}-[0-9]{2}:"  # the day and the rung follow
COLUMNS = (  # table, column, what stands before the key and what after it
    ("obligations_exemption", "obligation", "", "$"),
    ("notifications_notification", "key", "", OF_REMINDER),
    ("workflow_outboxmessage", "key", "note:", OF_REMINDER),
)


def rename(schema_editor, pairs):
    with schema_editor.connection.cursor() as cursor:
        for table, column, before, after in COLUMNS:
            for old, new in pairs:
                cursor.execute(
                    f"UPDATE {table} SET {column} = %s || substr({column}, %s) WHERE {column} ~ %s",  # noqa: S608 -- names of this file
                    [f"{before}{new}", len(before + old) + 1, f"^{before}{old}:[0-9]+(:[0-9]+)?{after}"],
                )


def forwards(apps, schema_editor):
    rename(schema_editor, RENAMED)


def backwards(apps, schema_editor):
    rename(schema_editor, [(new, old) for old, new in RENAMED])


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_initial'),
        ('obligations', '0001_initial'),
        ('workflow', '0001_initial'),
    ]

    operations = [migrations.RunPython(forwards, backwards)]
