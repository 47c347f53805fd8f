"""Extents of key areas keep their versions."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The one that was there becomes the first version."""

    dependencies = [
        ("districts", "0010_list_imports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="keyarea",
            name="number",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="版次"),
        ),
        migrations.AddField(
            model_name="keyarea",
            name="reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="事由"),
        ),
        migrations.AlterField(
            model_name="keyarea",
            name="name",
            field=models.CharField(max_length=60, verbose_name="名称"),
        ),
        migrations.AddConstraint(
            model_name="keyarea",
            constraint=models.UniqueConstraint(fields=("name", "number"), name="key_area_version_once"),
        ),
    ]
