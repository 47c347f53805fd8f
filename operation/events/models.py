"""Publicity and exchange events of a year."""

from typing import ClassVar

from django.db import models
from django.db.models import TextChoices

from greendistrict.core.constraints import one_of
from operation.common.models import LedgerEntry


class EventKind(TextChoices):
    """宣传 and 交流, both named in 九."""

    PUBLICITY = "publicity", "宣传"
    EXCHANGE = "exchange", "交流"


class PublicEvent(LedgerEntry):
    """An event: subject, date, channel, number of people reached."""

    kind = models.CharField("类别", max_length=10, choices=EventKind)
    title = models.CharField("活动名称", max_length=200)
    held_on = models.DateField("日期")
    channel = models.CharField("渠道或者地点", max_length=200, blank=True, help_text="如电视、网络、展会、论坛")
    attended = models.PositiveIntegerField("参加人数", null=True, blank=True)

    class Meta(LedgerEntry.Meta):
        verbose_name = "宣传和交流"
        constraints: ClassVar = [*LedgerEntry.Meta.constraints, one_of("kind", EventKind.values, name="public_event_kind_known")]

    def __str__(self) -> str:
        return self.title
