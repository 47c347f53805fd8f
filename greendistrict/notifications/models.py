"""Inbox. A message is written once per key and receiver, whatever runs twice."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Notification(models.Model):
    """One message to one person."""

    key = models.CharField("唯一键", max_length=200, unique=True)
    kind = models.CharField("种类", max_length=40)
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name="接收人")
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容", blank=True)
    link = models.CharField("链接", max_length=300, blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)
    mailed_at = models.DateTimeField("邮件时间", null=True, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = "消息"
        ordering = ("-created_at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["receiver", "-created_at"], name="notification_inbox"),
            models.Index(fields=["receiver"], name="notification_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title
