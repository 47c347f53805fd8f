"""Settings that the city confirmed or changed; everything else keeps the portal's default (默认值)."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Setting(models.Model):
    """Value in force of one key of ``data/settings.yaml``; ``confirmed`` also when the city confirmed the default."""

    key = models.CharField("参数", max_length=120, primary_key=True)
    value = models.JSONField("值", encoder=DjangoJSONEncoder)
    confirmed = models.BooleanField("已确认", default=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="确认人")
    at = models.DateTimeField("确认时间")
    reason = models.TextField("理由")

    class Meta:
        verbose_name = "政策参数"
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key


class SettingChange(models.Model):
    """Log of every decision about a setting; rows are only added."""

    key = models.CharField("参数", max_length=120, db_index=True)
    old = models.JSONField("原值", encoder=DjangoJSONEncoder, null=True)
    was_default = models.BooleanField("原为默认值")
    new = models.JSONField("新值", encoder=DjangoJSONEncoder)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="决定人")
    at = models.DateTimeField("决定时间")
    reason = models.TextField("理由")

    class Meta:
        verbose_name = "政策参数变更"
        ordering = ("-at", "-pk")
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(reason=""), name="setting_change_reasoned")]

    def __str__(self) -> str:
        return f"{self.key} {self.at:%Y-%m-%d}"
