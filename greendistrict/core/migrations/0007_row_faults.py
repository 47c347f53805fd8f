"""Rows that a scheduled job could not do."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One table."""

    dependencies = [
        ("core", "0006_leases_and_wrong_clocks"),
    ]

    operations = [
        migrations.CreateModel(
            name="UndoneRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("job", models.CharField(max_length=60, verbose_name="任务")),
                ("row", models.CharField(max_length=200, verbose_name="对象")),
                ("error", models.CharField(max_length=500, verbose_name="原因")),
                ("seen_at", models.DateTimeField(verbose_name="最近一次")),
            ],
            options={
                "verbose_name": "定时任务没有办成的对象",
                "ordering": ("job", "row"),
                "constraints": [models.UniqueConstraint(fields=("job", "row"), name="undone_row_once")],
            },
        ),
    ]
