"""Stored responses of idempotent writes, so that a repeated request takes effect once."""

from typing import ClassVar

from django.db import models


class KeptAnswer(models.Model):
    """Response to a write with an ``Idempotency-Key``, and the digest of its request; pruned nightly."""

    sender = models.CharField("发送方", max_length=60, help_text="user:12 or meter:3: keys of one sender are its own")
    key = models.CharField("幂等键", max_length=100)
    digest = models.CharField("请求的校验值", max_length=64)
    status = models.PositiveSmallIntegerField("状态")
    content = models.JSONField("答复")
    at = models.DateTimeField("答复时间", db_index=True)

    class Meta:
        verbose_name = "保留的接口答复"
        ordering = ("-at", "-pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["sender", "key"], name="kept_answer_once")]

    def __str__(self) -> str:
        return f"{self.sender} {self.key}"
