"""Inbox, deliveries through other channels and personal choices. A message is written once per key and receiver, even on repetition."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from greendistrict.core.constraints import one_of
from greendistrict.notifications.enums import OUTSIDE, MessageGroup


class Notification(models.Model):
    """One message to one person. ``lines`` are the items of a digest; ``informs``: the receiver has nothing to do."""

    key = models.CharField("唯一键", max_length=200, unique=True)
    kind = models.CharField("种类", max_length=40)
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name="接收人")
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容", blank=True)
    link = models.CharField("链接", max_length=300, blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)
    lines = models.JSONField("逐项", default=list, blank=True, help_text="items of a digest: group, title, body, link")
    informs = models.BooleanField("仅告知", default=False)
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


class Delivery(models.Model):
    """Delivery of a message to its receiver through one channel besides the inbox; once per message and channel."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries", verbose_name="消息")
    channel = models.CharField("渠道", max_length=10)
    created_at = models.DateTimeField("写入时间")
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)

    class Meta:
        verbose_name = "消息发送"
        ordering = ("pk",)
        constraints: ClassVar = [
            one_of("channel", [channel.value for channel in OUTSIDE], name="delivery_channel_known"),
            models.UniqueConstraint(fields=["notification", "channel"], name="delivery_once_per_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.notification_id}"


class ChannelChoice(models.Model):
    """A person's choice for a group of messages and a channel; without a row the portal's default applies."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="channel_choices", verbose_name="人员")
    group = models.CharField("消息类别", max_length=10)
    channel = models.CharField("渠道", max_length=10)
    is_on = models.BooleanField("接收")

    class Meta:
        verbose_name = "消息渠道"
        ordering = ("pk",)
        constraints: ClassVar = [
            one_of("group", MessageGroup.values, name="channel_choice_group_known"),
            one_of("channel", [channel.value for channel in OUTSIDE], name="channel_choice_channel_known"),
            models.UniqueConstraint(fields=["user", "group", "channel"], name="channel_choice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.channel}"
