"""Telephone numbers that are there are encrypted."""

from django.db import migrations

from greendistrict.core.encrypted import decrypt, encrypt

TABLE, COLUMN = "accounts_user", "phone"


def _rewrite(schema_editor, change):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SELECT id, {COLUMN} FROM {TABLE} WHERE {COLUMN} <> ''")
        for pk, stored in cursor.fetchall():
            cursor.execute(f"UPDATE {TABLE} SET {COLUMN} = %s WHERE id = %s", [change(stored), pk])


def lock(apps, schema_editor):
    _rewrite(schema_editor, lambda stored: encrypt(decrypt(stored)))


def unlock(apps, schema_editor):
    _rewrite(schema_editor, decrypt)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_encrypted_phone_and_notice'),
    ]

    operations = [
        migrations.RunPython(lock, unlock),
    ]
