"""Webhooks and the deliveries to each."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from greendistrict.core.encrypted import EncryptedTextField

KEPT = dt.timedelta(days=5)  # for how long a message is tried: a long weekend and a day


class WebhookEvent(models.TextChoices):
    """Kinds of events that can be notified."""

    ANNOUNCEMENT_PUBLISHED = "announcement.published", "公告发布"
    ANNOUNCEMENT_AMENDED = "announcement.amended", "公告更正或者撤回"
    TITLE_CHANGED = "title.changed", "称号授予、终止或者恢复"
    ASSESSMENT_RECEIVED = "assessment.received", "年度自查接收"
    OPINION_ANSWERED = "opinion.answered", "公众意见答复"


TEST = "webhook.test"  # sent by hand, to try an address


class Webhook(models.Model):
    """接口推送: an https URL of a system of its owner. The secret, shown once, signs what is sent there."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="webhooks", verbose_name="登记人")
    url = models.CharField("接收网址", max_length=500)
    events = ArrayField(models.CharField(max_length=40, choices=WebhookEvent), verbose_name="事件")
    secret = EncryptedTextField("签名密钥")
    created_at = models.DateTimeField("登记时间")
    last_number = models.PositiveBigIntegerField("最近编号", default=0)
    failures = models.PositiveIntegerField("连续失败次数", default=0)
    rests_until = models.DateTimeField("暂歇至", null=True, blank=True)
    paused_at = models.DateTimeField("暂停时间", null=True, blank=True)
    paused_reason = models.CharField("暂停原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "接口推送"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(url__startswith="https://"), name="webhook_https"),
            models.CheckConstraint(condition=Q(events__contained_by=WebhookEvent.values, events__len__gt=0), name="webhook_events_known"),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True, paused_reason="") | (Q(paused_at__isnull=False) & ~Q(paused_reason="")),
                name="webhook_paused_why",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def event_names(self) -> list[tuple[str, str]]:
        """Label and key of each subscribed event; receivers find the key in ``type`` of the message."""
        return [(WebhookEvent(event).label, event) for event in self.events]


class WebhookDelivery(models.Model):
    """One event for one webhook: its fixed body and its delivery state.

    ``number`` counts the messages of the webhook, ``turn`` the manual restarts, of which the last was at ``begun_at``.
    """

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries", verbose_name="接口推送")
    event = models.CharField("事件", max_length=40)
    cause = models.CharField("由来", max_length=120, help_text="what happened, so that it is told once")
    subject = models.PositiveBigIntegerField("对象编号", default=0)
    message_id = models.CharField("消息标识", max_length=40, unique=True)
    body = models.TextField("内容")
    created_at = models.DateTimeField("产生时间")
    number = models.PositiveBigIntegerField("编号", default=0)
    begun_at = models.DateTimeField("重新开始时间", null=True, blank=True)
    turn = models.PositiveSmallIntegerField("轮次", default=0)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    tried_at = models.DateTimeField("最近尝试", null=True, blank=True)
    next_at = models.DateTimeField("下次尝试", null=True, blank=True)
    answer = models.PositiveSmallIntegerField("应答状态", null=True, blank=True)
    error = models.CharField("原因", max_length=200, blank=True)
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True)
    given_up_at = models.DateTimeField("停止时间", null=True, blank=True)

    class Meta:
        verbose_name = "推送记录"
        ordering = ("-created_at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="webhook_delivery_by_day"),
            models.Index(
                fields=["webhook", "number"], name="webhook_delivery_open", condition=Q(delivered_at__isnull=True, given_up_at__isnull=True)
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["webhook", "cause"], name="webhook_delivery_once"),
            models.CheckConstraint(condition=Q(delivered_at__isnull=True) | Q(given_up_at__isnull=True), name="webhook_delivery_one_end"),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def event_label(self) -> str:
        """Label of the event."""
        return WebhookEvent(self.event).label if self.event in WebhookEvent.values else "试推送"

    @property
    def state(self) -> str:
        """Delivery state."""
        if self.delivered_at is not None:
            return "已送达"
        return "已停止" if self.given_up_at is not None else "待送达"
