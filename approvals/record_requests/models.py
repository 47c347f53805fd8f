"""A request for what the record of a district lacks, and its lines with the answers."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.record_requests.enums import LineAnswer
from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of


class RecordRequest(models.Model):
    """What the officer asks of a district by a day. How far it is follows from the record of the district; only a withdrawal is stored."""

    district = models.ForeignKey(District, models.PROTECT, related_name="record_requests", verbose_name="城区")
    due = models.DateField("期限", help_text="今天以后的一个工作日")
    words = models.TextField("说明", blank=True, help_text="需要城区注意的，例如从哪里查；请勿写个人信息")
    asked_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="请补录人")
    asked_at = models.DateTimeField("请补录时间")
    withdrawn_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="撤回人"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawal_reason = models.CharField("撤回理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "补录请求"
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawal_reason="") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
                name="record_request_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district}补录请求"


class RequestedRecord(models.Model):
    """One thing that is asked for, in the words in which it was missing then, and what the district answers if it cannot add it."""

    request = models.ForeignKey(RecordRequest, models.PROTECT, related_name="lines", verbose_name="补录请求")
    key = models.CharField("编码", max_length=400)
    words = models.CharField("缺什么", max_length=400)
    answer = models.CharField("答复", max_length=10, choices=LineAnswer, blank=True)
    text = models.TextField("理由或者内容", blank=True)
    answered_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER,), null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "请补录的内容"
        ordering = ("pk",)
        constraints: ClassVar = [
            one_of("answer", LineAnswer.values, name="requested_record_answer_known", blank=True),
            models.UniqueConstraint(fields=["request", "key"], name="requested_record_once"),
            models.CheckConstraint(
                condition=Q(answer="", text="", answered_at__isnull=True) | (~Q(answer="") & ~Q(text="") & Q(answered_at__isnull=False)),
                name="requested_record_answered_with_words",
            ),
        ]

    def __str__(self) -> str:
        return self.words
