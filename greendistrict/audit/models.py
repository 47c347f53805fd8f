"""Append-only audit record, hash-chained by a sealing job; the database refuses changes and deletions."""

from typing import ClassVar

from django.db import models

from greendistrict.audit.words import label_of


class AuditRecord(models.Model):
    """Who did what, when, to what. Actor as id and copied name, so that it survives the person's account."""

    at = models.DateTimeField("时间", db_index=True)
    actor_id = models.BigIntegerField("人员编号", null=True, blank=True, db_index=True)
    actor_name = models.CharField("人员", max_length=60, blank=True)
    action = models.CharField("动作", max_length=60, db_index=True)
    subject = models.CharField("对象", max_length=80, blank=True, db_index=True)
    subject_label = models.CharField("对象名称", max_length=200, blank=True)
    data = models.JSONField("内容", default=dict)
    request_id = models.CharField("请求编号", max_length=64, blank=True)
    address = models.CharField("来源地址", max_length=64, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = "审计记录"
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=["id"], name="audit_unsealed", condition=models.Q(digest=""))]

    @property
    def action_label(self) -> str:
        """The action in words."""
        return label_of(self.action)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_name} {self.action}"
