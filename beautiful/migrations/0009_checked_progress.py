"""A second person checks a quarterly report; until then it may be withdrawn, and a correction keeps what it replaced."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns of the check and the withdrawal, and the table of corrections."""

    dependencies = [
        ("beautiful", "0008_first_report_is_always_there"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProgressCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("value", models.DecimalField(blank=True, decimal_places=4, max_digits=14, null=True, verbose_name="原累计完成值")),
                ("text", models.TextField(verbose_name="原进展")),
                ("problems", models.TextField(blank=True, verbose_name="原问题")),
                ("reported_at", models.DateTimeField(verbose_name="原报送时间")),
                (
                    "reported_by_principal",
                    models.CharField(blank=True, db_default="", default="", editable=False, max_length=60, verbose_name="委托人"),
                ),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="原核对时间")),
                (
                    "confirmed_by_principal",
                    models.CharField(blank=True, db_default="", default="", editable=False, max_length=60, verbose_name="委托人"),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="更正理由")),
                ("corrected_at", models.DateTimeField(verbose_name="更正时间")),
                (
                    "corrected_by_principal",
                    models.CharField(blank=True, db_default="", default="", editable=False, max_length=60, verbose_name="委托人"),
                ),
                ("undone", models.CharField(blank=True, max_length=300, verbose_name="撤回更正的理由")),
            ],
            options={
                "verbose_name": "季度进展更正",
                "ordering": ("corrected_at", "pk"),
            },
        ),
        migrations.AddField(
            model_name="quarterlyprogress",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="核对时间"),
        ),
        migrations.AddField(
            model_name="quarterlyprogress",
            name="confirmed_by",
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
            model_name="quarterlyprogress",
            name="confirmed_by_principal",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=60, verbose_name="委托人"),
        ),
        migrations.AddField(
            model_name="quarterlyprogress",
            name="withdrawal",
            field=models.CharField(blank=True, max_length=300, verbose_name="撤回理由"),
        ),
        migrations.AddField(
            model_name="quarterlyprogress",
            name="withdrawn_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="撤回时间"),
        ),
        migrations.AddField(
            model_name="quarterlyprogress",
            name="withdrawn_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="撤回人",
            ),
        ),
        migrations.AddField(
            model_name="quarterlyprogress",
            name="withdrawn_by_principal",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=60, verbose_name="委托人"),
        ),
        migrations.AddConstraint(
            model_name="quarterlyprogress",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawal", ""), ("withdrawn_at__isnull", True)),
                    models.Q(("withdrawn_at__isnull", False), models.Q(("withdrawal", ""), _negated=True)),
                    _connector="OR",
                ),
                name="quarterly_progress_withdrawn",
            ),
        ),
        migrations.AddConstraint(
            model_name="quarterlyprogress",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_at__isnull", True), ("withdrawn_at__isnull", True), _connector="OR"),
                name="quarterly_progress_confirmed_stands",
            ),
        ),
        migrations.AddField(
            model_name="progresscorrection",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="progresscorrection",
            name="corrected_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="更正人"
            ),
        ),
        migrations.AddField(
            model_name="progresscorrection",
            name="progress",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrections",
                to="beautiful.quarterlyprogress",
                verbose_name="季度进展",
            ),
        ),
        migrations.AddField(
            model_name="progresscorrection",
            name="reported_by",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name="progresscorrection",
            constraint=models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="progress_correction_reason"),
        ),
    ]
