"""Transition log and outbox."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class TransitionRecord(models.Model):
    """One step that was taken: person, action, source and target, reason, facts. Written by ``perform`` only."""

    machine = models.CharField("流程", max_length=40)
    subject = models.CharField("对象", max_length=80)
    scope = models.CharField("范围", max_length=80, blank=True, help_text="what a timeline groups by, such as districts.district:3")
    label = models.CharField("对象名称", max_length=200)
    action = models.CharField("动作", max_length=40)
    source = models.CharField("原状态", max_length=40)
    target = models.CharField("新状态", max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="人员")
    actor_name = models.CharField("人员姓名", max_length=130)
    principal = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name="委托人"
    )
    seat = models.CharField("岗位", max_length=40, blank=True)
    organisation = models.CharField("单位", max_length=100, blank=True)
    at = models.DateTimeField("时间")
    reason = models.TextField("意见", blank=True)
    facts = models.JSONField("依据", default=dict)
    request_id = models.CharField("请求编号", max_length=64, blank=True)

    class Meta:
        verbose_name = "流转记录"
        ordering = ("at", "pk")
        indexes: ClassVar = [
            models.Index(fields=["subject", "at"], name="transition_subject"),
            models.Index(fields=["scope", "at"], name="transition_scope"),
            models.Index(fields=["actor", "at"], name="transition_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.action}"


class OutboxMessage(models.Model):
    """An effect requested by a decision: stored in the decision's transaction, executed after it, and retried until it succeeds."""

    kind = models.CharField("种类", max_length=60)
    key = models.CharField("唯一键", max_length=200, unique=True)
    payload = models.JSONField("内容", default=dict)
    created_at = models.DateTimeField("写入时间")
    attempts = models.PositiveIntegerField("尝试次数", default=0)
    unsure = models.PositiveSmallIntegerField("结果不明次数", default=0, help_text="attempts begun whose outcome nobody knows")
    retry_at = models.DateTimeField("下次尝试", null=True, blank=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    failed_at = models.DateTimeField("停止尝试时间", null=True, blank=True)
    error = models.TextField("最近错误", blank=True)

    class Meta:
        verbose_name = "待发事项"
        ordering = ("pk",)
        indexes: ClassVar = [
            models.Index(fields=["id"], name="outbox_waiting", condition=models.Q(done_at__isnull=True, failed_at__isnull=True)),
            models.Index(fields=["failed_at"], name="outbox_given_up", condition=models.Q(done_at__isnull=True, failed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
