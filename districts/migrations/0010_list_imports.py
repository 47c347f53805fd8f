"""Imports of every list of a district, and of its indicator system."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The list that an import wrote."""

    dependencies = [
        ("districts", "0009_honour_version"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="listimport",
            options={"ordering": ("-imported_at", "-pk"), "verbose_name": "清单导入"},
        ),
        migrations.AddField(
            model_name="listimport",
            name="kind",
            field=models.CharField(
                choices=[("plots", "地块"), ("projects", "近期重点项目"), ("works", "市政设施"), ("indicators", "指标体系")],
                default="plots",
                max_length=12,
                verbose_name="清单",
            ),
        ),
        migrations.AddField(
            model_name="listimport",
            name="system",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="imports", to="districts.indicatorsystem"
            ),
        ),
        migrations.AddConstraint(
            model_name="listimport",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["plots", "projects", "works", "indicators"])), name="list_import_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="listimport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "indicators"), ("system__isnull", False)),
                    models.Q(models.Q(("kind", "indicators"), _negated=True), ("system__isnull", True)),
                    _connector="OR",
                ),
                name="list_import_system_of_indicators",
            ),
        ),
    ]
