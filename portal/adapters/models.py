"""Exchanges with other systems and their items; both are only added to, which the database itself holds."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from approvals.cases.models.cases import Case
from greendistrict.core.constraints import one_of
from greendistrict.core.toned_words import TonedWord
from portal.adapters.enums import Direction, ExchangeResult, ItemState

LONGEST_KEY, LONGEST_WORDS, MOST_SAID = 200, 500, 2000


class Exchange(models.Model):
    """One exchange of an adapter in one direction. ``run`` names its items, which are stored one by one before it is."""

    adapter = models.CharField("对接", max_length=20)
    direction = models.CharField("方向", max_length=3, choices=Direction)
    run = models.UUIDField("批次")
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="交换人")
    items = models.PositiveIntegerField("条数", default=0)
    refused = models.PositiveIntegerField("未成", default=0)
    result = models.CharField("结果", max_length=10, choices=ExchangeResult)
    error = models.TextField("原因", blank=True)
    digest = models.CharField("校验值", max_length=64, blank=True)

    class Meta:
        verbose_name = "系统对接的交换"
        ordering = ("-at", "-pk")
        indexes: ClassVar = [models.Index(fields=["adapter", "-at"], name="exchange_by_adapter")]
        constraints: ClassVar = [
            one_of("direction", Direction.values, name="exchange_direction_known"),
            one_of("result", ExchangeResult.values, name="exchange_result_known"),
            models.CheckConstraint(condition=~Q(result=ExchangeResult.FAILED) | ~Q(error=""), name="exchange_failed_why"),
        ]

    def __str__(self) -> str:
        return f"{self.adapter} {self.at:%Y-%m-%d %H:%M}"

    @property
    def result_word(self) -> TonedWord:
        """Its result for a tag."""
        return ExchangeResult(self.result).word


class ExchangeItem(models.Model):
    """One item that was sent, taken or refused, by the key that both sides know it by.

    ``content`` is what came in, for pages of those whom it concerns; of what was sent the digest says enough.
    """

    adapter = models.CharField("对接", max_length=20)
    direction = models.CharField("方向", max_length=3, choices=Direction)
    key = models.CharField("编号", max_length=LONGEST_KEY)
    digest = models.CharField("校验值", max_length=64)
    state = models.CharField("状态", max_length=10, choices=ItemState)
    words = models.CharField("说明", max_length=LONGEST_WORDS, blank=True)
    content = models.JSONField("内容", default=dict, blank=True)
    run = models.UUIDField("批次")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "系统对接的内容"
        ordering = ("-at", "-pk")
        indexes: ClassVar = [models.Index(fields=["run"], name="exchange_item_by_run")]
        constraints: ClassVar = [
            one_of("direction", Direction.values, name="exchange_item_direction_known"),
            one_of("state", ItemState.values, name="exchange_item_state_known"),
            models.UniqueConstraint(
                fields=["adapter", "direction", "key"], condition=~Q(state=ItemState.REFUSED), name="exchange_item_once"
            ),
            models.UniqueConstraint(
                fields=["adapter", "direction", "key", "digest", "words"],
                condition=Q(state=ItemState.REFUSED),
                name="exchange_item_refused_once",
            ),
            models.CheckConstraint(condition=~Q(state=ItemState.REFUSED) | ~Q(words=""), name="exchange_item_refused_why"),
        ]

    def __str__(self) -> str:
        return f"{self.adapter} {self.key}"


class ForeignNumber(models.Model):
    """The number that a case has in 一网通办, beside its own."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="foreign_number", verbose_name="办件")
    number = models.CharField("一网通办编号", max_length=100, unique=True)

    class Meta:
        verbose_name = "一网通办编号"
        ordering = ("pk",)
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(number=""), name="foreign_number_given")]

    def __str__(self) -> str:
        return self.number


class AdapterLook(models.Model):
    """When an adapter was last looked at, and whether the other side was reached; what changed something is an ``Exchange``."""

    adapter = models.CharField("对接", max_length=20, unique=True)
    at = models.DateTimeField("最近一次")
    error = models.TextField("原因", blank=True)

    class Meta:
        verbose_name = "系统对接的最近一次"
        ordering = ("adapter",)

    def __str__(self) -> str:
        return self.adapter
