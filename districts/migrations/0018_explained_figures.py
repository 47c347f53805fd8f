"""Explanations of figures that were asked about."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of explanations."""

    dependencies = [
        ("districts", "0017_known_check_departments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FigureAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(db_index=True, max_length=80)),
                ("rule", models.CharField(max_length=20, verbose_name="规则")),
                ("part", models.CharField(blank=True, max_length=40)),
                ("value", models.CharField(blank=True, max_length=200, verbose_name="当时的值")),
                ("question", models.CharField(max_length=400, verbose_name="提示")),
                ("text", models.CharField(max_length=1000, verbose_name="说明")),
                (
                    "by_principal",
                    models.CharField(blank=True, db_default="", default="", editable=False, max_length=60, verbose_name="委托人"),
                ),
                ("at", models.DateTimeField(verbose_name="说明时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="说明人"
                    ),
                ),
            ],
            options={
                "verbose_name": "数值核对的说明",
                "ordering": ("subject", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "rule", "part"), name="figure_answered_once"),
                    models.CheckConstraint(condition=models.Q(("text", ""), _negated=True), name="figure_answer_says_something"),
                ],
            },
        ),
    ]
