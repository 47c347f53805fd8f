"""Undone, a verification that waits for its second person is checked again: the state before knows no waiting."""

from django.db import migrations

BACK = "UPDATE carbon_carbonverification SET status = 'checking' WHERE status = 'reviewing'"


class Migration(migrations.Migration):

    dependencies = [
        ("carbon", "0012_second_person_signs"),
    ]

    operations = [migrations.RunSQL(migrations.RunSQL.noop, BACK)]
