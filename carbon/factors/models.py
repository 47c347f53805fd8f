"""Versions of emission factors that the city added by decision."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import CITY, Role
from greendistrict.core.constraints import one_of

CERTAINTIES = ("原文", "转引", "推定")


class AddedFactor(models.Model):
    """A factor version added by the city, in use once a second person has checked it; never changed or deleted then.

    Until the check it may be sent back with a reason; filed inventories may use it from then on.
    ``value`` is a decimal number as text. If the data file has a version of the same key and year, that one takes precedence.
    """

    key = models.SlugField("编号", max_length=60)
    name = models.CharField("因子", max_length=100)
    since = models.PositiveSmallIntegerField("适用年度起")
    value = models.CharField("数值", max_length=90)
    unit = models.CharField("单位", max_length=30)
    source = models.CharField("出处", max_length=300)
    published = models.DateField("发布日期", null=True, blank=True)
    certainty = models.CharField("确定程度", max_length=10, choices=[(one, one) for one in CERTAINTIES])
    decision = models.CharField("决定依据", max_length=300)
    decided_on = models.DateField("决定日期")
    entered_at = models.DateTimeField("登记时间")
    entered_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_DIRECTOR,), related_name="+", verbose_name="登记人")
    checked_at = models.DateTimeField("核对时间", null=True, blank=True)
    checked_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=CITY, null=True, blank=True, related_name="+", verbose_name="核对人"
    )
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=CITY, null=True, blank=True, related_name="+", verbose_name="退回人"
    )
    return_reason = models.CharField("退回理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "新增因子版本"
        ordering = ("key", "since")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "since"], condition=Q(returned_at__isnull=True), name="added_factor_once"),
            models.CheckConstraint(condition=~Q(checked_by=F("entered_by")), name="added_factor_second_person"),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True) | Q(returned_at__isnull=True), name="added_factor_checked_or_returned"
            ),
            one_of("certainty", CERTAINTIES, name="added_factor_certainty_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.since}年起）"
