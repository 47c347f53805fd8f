"""A reviewer checks a yearly value of an indicator before it counts for the city, or sends it back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def person(label: str) -> models.ForeignKey:
    """Column of who did it."""
    more = {"related_name": "+", "to": settings.AUTH_USER_MODEL, "verbose_name": label}
    return models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, **more)


def principal() -> models.CharField:
    """Column of the person represented."""
    return models.CharField(blank=True, db_default="", default="", editable=False, max_length=60, verbose_name="委托人")


class Migration(migrations.Migration):
    """Columns and constraints."""

    dependencies = [
        ("districts", "0020_use_recorded_earlier"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("indicatoractual", "checked_at", models.DateTimeField(blank=True, null=True, verbose_name="核对时间")),
        migrations.AddField("indicatoractual", "checked_by", person("核对人")),
        migrations.AddField("indicatoractual", "checked_by_principal", principal()),
        migrations.AddField("indicatoractual", "return_reason", models.CharField(blank=True, max_length=300, verbose_name="退回理由")),
        migrations.AddField("indicatoractual", "returned_at", models.DateTimeField(blank=True, null=True, verbose_name="退回时间")),
        migrations.AddField("indicatoractual", "returned_by", person("退回人")),
        migrations.AddField("indicatoractual", "returned_by_principal", principal()),
        migrations.AddConstraint(
            model_name="indicatoractual",
            constraint=models.CheckConstraint(
                condition=models.Q(("checked_by", models.F("entered_by")), _negated=True), name="indicator_actual_second_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="indicatoractual",
            constraint=models.CheckConstraint(
                condition=models.Q(("checked_at__isnull", True), ("returned_at__isnull", True), _connector="OR"),
                name="indicator_actual_checked_or_returned",
            ),
        ),
    ]
