"""Imports keep the columns that a person chose for heads, so that the next sheet of the same office is read likewise."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Column; imports of before have chosen none."""

    dependencies = [("districts", "0024_no_day_is_unknown")]

    operations = [migrations.AddField("listimport", "heads", models.JSONField("选定的列", blank=True, default=dict))]
