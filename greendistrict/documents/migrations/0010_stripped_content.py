"""What the portal took out of an office file before it stored it."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Empty for every file there is; an older release leaves it to the database."""

    dependencies: ClassVar = [("documents", "0009_storage_allowance")]

    operations: ClassVar = [
        migrations.AddField("evidence", "stripped", models.CharField("存入时去除的内容", blank=True, db_default="", max_length=200)),
    ]
