"""Files that experts put to clauses, and scores that came in on paper."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two tables."""

    dependencies = [
        ("assessments", "0012_inspection_photo"),
        ("documents", "0002_uploads"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ScoreFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="documents.evidence", verbose_name="附件"
                    ),
                ),
                (
                    "score",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="files", to="assessments.expertscore"),
                ),
            ],
            options={
                "verbose_name": "评审附件",
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="PaperScores",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("status", models.CharField(default="typing", max_length=10, verbose_name="状态")),
                ("entries", models.JSONField(default=dict, verbose_name="录入内容")),
                ("typed_at", models.DateTimeField(verbose_name="录入时间")),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="复核时间")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="复核人",
                    ),
                ),
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="paper", to="assessments.panelmember", verbose_name="席位"
                    ),
                ),
                (
                    "typed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="录入人"
                    ),
                ),
            ],
            options={
                "verbose_name": "纸质评分",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["typing", "checking", "checked"])), name="paper_status_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("checked_by", models.F("typed_by")), _negated=True), name="paper_checked_by_another"
                    ),
                ],
            },
        ),
    ]
