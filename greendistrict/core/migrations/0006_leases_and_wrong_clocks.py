"""Leases of background work, and hosts whose clock is wrong."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Two tables."""

    dependencies = [
        ("core", "0005_job_known_since"),
    ]

    operations = [
        migrations.CreateModel(
            name="HostClock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(max_length=120, unique=True, verbose_name="主机")),
                ("seconds", models.FloatField(help_text="negative for a clock that is behind", verbose_name="快多少秒")),
                ("seen_at", models.DateTimeField(verbose_name="发现时间")),
            ],
            options={
                "verbose_name": "时钟不准的主机",
                "ordering": ("host",),
            },
        ),
        migrations.CreateModel(
            name="Lease",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="事项")),
                ("claim", models.UUIDField(verbose_name="认领")),
                ("until", models.DateTimeField(verbose_name="有效至")),
            ],
            options={
                "verbose_name": "后台认领",
            },
        ),
    ]
