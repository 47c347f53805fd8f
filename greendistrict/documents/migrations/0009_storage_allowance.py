"""Limits of the storage of single bodies."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("documents", "0008_scan_states"),
    ]

    operations = [
        migrations.CreateModel(
            name="StorageAllowance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("most_gb", models.PositiveIntegerField(verbose_name="材料上限（GB）")),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=models.CASCADE, related_name="storage_allowance", to="accounts.organisation", verbose_name="单位"
                    ),
                ),
            ],
            options={
                "verbose_name": "材料上限",
                "ordering": ("organisation",),
                "constraints": [models.CheckConstraint(condition=models.Q(("most_gb__gte", 1)), name="storage_allowance_is_some")],
            },
        ),
    ]
