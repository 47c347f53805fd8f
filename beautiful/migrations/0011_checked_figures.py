"""A second person checks a figure that the city records."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns and constraints."""

    dependencies = [
        ("beautiful", "0010_checked_before"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="areafigure",
            name="checked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="核对时间"),
        ),
        migrations.AddField(
            model_name="areafigure",
            name="checked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="核对人",
            ),
        ),
        migrations.AddField(
            model_name="areafigure",
            name="checked_by_principal",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=60, verbose_name="委托人"),
        ),
        migrations.AddConstraint(
            model_name="areafigure",
            constraint=models.CheckConstraint(
                condition=models.Q(("checked_by", models.F("recorded_by")), _negated=True), name="area_figure_second_person"
            ),
        ),
    ]
