"""Filings of the public beyond the bounds are kept apart."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import greendistrict.core.encrypted


class Migration(migrations.Migration):
    """A table of its own; undone, what waits in it is gone, so let it through or close it before."""

    dependencies = [
        ("approvals", "0017_remedy_keeps_earlier_stays"),
        ("districts", "0015_plot_changes_decided_by_a_case"),
        ("outreach", "0012_disclosure_service_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HeldFiling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("opinion", "公众意见"), ("disclosure", "政府信息公开申请"), ("sign_up", "活动报名")],
                        max_length=12,
                        verbose_name="种类",
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="编号")),
                ("text", models.TextField(blank=True, verbose_name="内容")),
                ("words", greendistrict.core.encrypted.EncryptedTextField(verbose_name="填写的各项")),
                (
                    "digest",
                    models.CharField(editable=False, help_text="digest of the secret code of the receipt", max_length=64, unique=True),
                ),
                (
                    "origin",
                    models.CharField(editable=False, help_text="keyed digest of the sender's address", max_length=64, verbose_name="来源"),
                ),
                (
                    "network",
                    models.CharField(
                        editable=False, help_text="keyed digest of the sender's network", max_length=64, verbose_name="来源网络"
                    ),
                ),
                ("filed_at", models.DateTimeField(verbose_name="收到时间")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="关闭时间")),
                (
                    "closed_by_principal",
                    models.CharField(blank=True, db_default="", default="", editable=False, max_length=60, verbose_name="委托人"),
                ),
                ("close_reason", models.CharField(blank=True, max_length=200, verbose_name="关闭的理由")),
                ("is_demo", models.BooleanField(default=False, verbose_name="演示数据")),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="关闭人",
                    ),
                ),
                (
                    "district",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_filings",
                        to="districts.district",
                        verbose_name="城区",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_filings",
                        to="outreach.exchangeevent",
                        verbose_name="交流活动",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="held_filings",
                        to="approvals.notice",
                        verbose_name="公示",
                    ),
                ),
            ],
            options={
                "verbose_name": "待核对来件",
                "ordering": ("filed_at", "pk"),
                "indexes": [models.Index(fields=["closed_at", "filed_at"], name="held_filing_waiting")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ["opinion", "disclosure", "sign_up"])), name="held_filing_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "sign_up"), ("event__isnull", True), _connector="XOR"), name="held_filing_event"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("close_reason", ""), ("closed_at__isnull", True)),
                            models.Q(("closed_at__isnull", False), models.Q(("close_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="held_filing_closed_with_reason",
                    ),
                ],
            },
        ),
    ]
