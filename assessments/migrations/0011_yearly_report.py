"""Reports on a year of operation: one per kind, district and year."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Create the table; reversible."""

    dependencies = [
        ("assessments", "0010_expert_names"),
        ("districts", "0009_honour_version"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="YearlyReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(blank=True, max_length=20, null=True, unique=True, verbose_name="编号")),
                ("kind", models.CharField(choices=[("operation", "运营报告"), ("carbon", "碳核查")], max_length=10, verbose_name="类别")),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                ("status", models.CharField(default="draft", max_length=10, verbose_name="状态")),
                ("figures", models.JSONField(default=dict, verbose_name="数据")),
                ("verifier", models.CharField(blank=True, max_length=100, verbose_name="核查机构")),
                ("note", models.TextField(blank=True, verbose_name="说明")),
                ("opened_at", models.DateTimeField(verbose_name="开放时间")),
                ("filed_at", models.DateTimeField(blank=True, null=True, verbose_name="报送时间")),
                ("received_at", models.DateTimeField(blank=True, null=True, verbose_name="接收时间")),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "district",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="yearly_reports",
                        to="districts.district",
                        verbose_name="城区",
                    ),
                ),
                (
                    "handed_up_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="送审人",
                    ),
                ),
            ],
            options={
                "verbose_name": "运营与碳核查报告",
                "ordering": ("-year", "district", "kind"),
                "indexes": [models.Index(fields=["year", "status"], name="yearly_report_year_status")],
                "constraints": [
                    models.UniqueConstraint(fields=("district", "kind", "year"), name="yearly_report_once"),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["draft", "signing", "filed", "received", "returned"])),
                        name="yearly_report_status_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("kind__in", ["operation", "carbon"])), name="yearly_report_kind_known"),
                ],
            },
        ),
    ]
