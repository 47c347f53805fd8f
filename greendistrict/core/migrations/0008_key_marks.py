"""Digests of the keys that every host has to have."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0007_row_faults")]
    operations = [
        migrations.CreateModel(
            name="KeyMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20, unique=True, verbose_name="密钥")),
                ("digest", models.CharField(max_length=64, verbose_name="校验值")),
                ("since", models.DateTimeField(verbose_name="启用时间")),
            ],
            options={"verbose_name": "密钥校验值"},
        ),
    ]
