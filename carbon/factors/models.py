"""Versions of emission factors that the city added by decision."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of
from greendistrict.workflow.second_person import CheckedRows, ReturnableRecord, another_person, checked_or_returned

CERTAINTIES = ("原文", "转引", "推定")


class AddedFactors(CheckedRows["AddedFactor"]):
    """Inventories read no others than ``counted()``."""


class AddedFactor(ReturnableRecord):
    """A factor version added by the city, in use once a second person has checked it; never changed or deleted then.

    Until the check it may be sent back with a reason; filed inventories may use it from then on.
    ``value`` is a decimal number as text. If the data file has a version of the same key and year, that one takes precedence.
    """

    NAME = "新增的排放因子版本"
    ENTERED = "entered"
    NOTED = ("key", "since", "value")
    ACTS = ("carbon.check_factor", "carbon.return_factor")
    PAGES = ("carbon:factor_check", "carbon:factor_return")

    key = models.SlugField("编号", max_length=60)
    name = models.CharField("因子名称", max_length=100)
    since = models.PositiveSmallIntegerField("适用年度起")
    value = models.CharField("数值", max_length=90)
    unit = models.CharField("单位", max_length=30, help_text="如 kgCO2e/kWh、tCO2e/万kWh、tCO2e/t")
    source = models.CharField("出处", max_length=300, help_text="文件名称和文号")
    published = models.DateField("发布日期", null=True, blank=True)
    certainty = models.CharField(
        "确定程度", max_length=10, choices=[(one, one) for one in CERTAINTIES],
        help_text="原文：见于发布的文件；转引：见于引用；推定：未见出处",
    )  # fmt: skip
    decision = models.CharField("决定依据", max_length=300, help_text="批准使用的文件、会议或签报")
    decided_on = models.DateField("决定日期")
    entered_at = models.DateTimeField("登记时间")
    entered_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_DIRECTOR,), related_name="+", verbose_name="登记人")

    objects = AddedFactors.as_manager()

    class Meta:
        verbose_name = "新增因子版本"
        ordering = ("key", "since")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "since"], condition=Q(returned_at__isnull=True), name="added_factor_once"),
            another_person("added_factor", "entered"),
            checked_or_returned("added_factor"),
            one_of("certainty", CERTAINTIES, name="added_factor_certainty_known"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.since}年起）"
