"""A second person checks an added factor version, or sends it back; the year of one sent back is free again."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns and constraints."""

    dependencies = [
        ("carbon", "0013_handed_up_goes_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="addedfactor",
            name="added_factor_once",
        ),
        migrations.AddField(
            model_name="addedfactor",
            name="checked_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="核对时间"),
        ),
        migrations.AddField(
            model_name="addedfactor",
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
            model_name="addedfactor",
            name="checked_by_principal",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=60, verbose_name="委托人"),
        ),
        migrations.AddField(
            model_name="addedfactor",
            name="return_reason",
            field=models.CharField(blank=True, max_length=300, verbose_name="退回理由"),
        ),
        migrations.AddField(
            model_name="addedfactor",
            name="returned_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="退回时间"),
        ),
        migrations.AddField(
            model_name="addedfactor",
            name="returned_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="退回人",
            ),
        ),
        migrations.AddField(
            model_name="addedfactor",
            name="returned_by_principal",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=60, verbose_name="委托人"),
        ),
        migrations.AddConstraint(
            model_name="addedfactor",
            constraint=models.UniqueConstraint(
                condition=models.Q(("returned_at__isnull", True)), fields=("key", "since"), name="added_factor_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="addedfactor",
            constraint=models.CheckConstraint(
                condition=models.Q(("checked_by", models.F("entered_by")), _negated=True), name="added_factor_second_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="addedfactor",
            constraint=models.CheckConstraint(
                condition=models.Q(("checked_at__isnull", True), ("returned_at__isnull", True), _connector="OR"),
                name="added_factor_checked_or_returned",
            ),
        ),
    ]
