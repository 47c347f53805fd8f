"""Models of the closing of a year: editions with their frozen figures, and stock stored on the snapshot day."""

from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of


class ClosingState(StrEnum):
    """State of the closing of a year."""

    OPEN = "open"
    CLOSED = "closed"
    CORRECTING = "correcting"


CLOSING_STATES = tuple(ClosingState)


class YearClosing(models.Model):
    """关账 of one year. ``edition`` is the number of the latest edition, 0 before the first.

    ``closes_on`` is the last day of receipt stated by a correction; without it the setting ``snapshot.closes`` applies.
    """

    year = models.PositiveSmallIntegerField("年度", unique=True)
    status = models.CharField("状态", max_length=10, default=ClosingState.OPEN)
    edition = models.PositiveSmallIntegerField("版次", default=0)
    closes_on = models.DateField(
        "收件截止日", null=True, blank=True, help_text="这一天（含当日）前收到的计入；不补计迟到材料的，保留原来的日期"
    )
    reason = models.TextField("更正理由", blank=True)
    opened_at = models.DateTimeField("开始时间")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "年度关账"
        ordering = ("-year",)
        constraints: ClassVar = [
            one_of("status", CLOSING_STATES, name="year_closing_status_known"),
            models.CheckConstraint(condition=Q(status=ClosingState.OPEN, edition=0) | Q(edition__gt=0), name="year_closing_has_edition"),
            models.CheckConstraint(condition=~Q(status=ClosingState.CORRECTING, reason=""), name="year_closing_correction_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.year}年度关账"


class ClosingEdition(models.Model):
    """An edition of a year's figures: reference days, person and time of closing; for a correction its reason and changes."""

    closing = models.ForeignKey(YearClosing, models.PROTECT, related_name="editions", verbose_name="年度关账")
    number = models.PositiveSmallIntegerField("版次")
    closed_at = models.DateTimeField("关账时间")
    closed_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_DIRECTOR,), related_name="+", verbose_name="关账人")
    snapshot_day = models.DateField("快照日")
    closes_on = models.DateField("收件截止日")
    reason = models.TextField("更正理由", blank=True)
    changes = models.JSONField("变化", default=list, encoder=DjangoJSONEncoder, help_text="rows of differences.FigureChange")
    digest = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = "关账版次"
        ordering = ("closing", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["closing", "number"], name="closing_edition_once"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="closing_edition_correction_reasoned"),
            models.CheckConstraint(condition=Q(number__gt=0), name="closing_edition_counted_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.closing} 第{self.number}版"


class FrozenFigures(models.Model):
    """Figures of one kind in an edition, or of one part (a district), as plain data with digest."""

    edition = models.ForeignKey(ClosingEdition, models.CASCADE, related_name="figures", verbose_name="关账版次")
    key = models.CharField("数据", max_length=40)
    part = models.CharField("部分", max_length=60, blank=True)
    order = models.PositiveIntegerField("序号")
    data = models.JSONField("内容")
    digest = models.CharField("校验值", max_length=64)

    class Meta:
        verbose_name = "关账数据"
        ordering = ("edition", "key", "order")
        constraints: ClassVar = [models.UniqueConstraint(fields=["edition", "key", "part"], name="frozen_figures_once")]

    def __str__(self) -> str:
        return f"{self.edition} {self.key} {self.part}".strip()


class StockRecord(models.Model):
    """Stock of one kind on a year's snapshot day, as plain data. ``kept_at`` is later than the next day if it was stored late."""

    year = models.PositiveSmallIntegerField("年度")
    day = models.DateField("快照日")
    key = models.CharField("数据", max_length=40)
    data = models.JSONField("内容")
    digest = models.CharField("校验值", max_length=64)
    kept_at = models.DateTimeField("留存时间")

    class Meta:
        verbose_name = "存量数据"
        ordering = ("-year", "key")
        constraints: ClassVar = [models.UniqueConstraint(fields=["year", "key"], name="stock_record_once")]

    def __str__(self) -> str:
        return f"{self.year}年度 {self.key}"
