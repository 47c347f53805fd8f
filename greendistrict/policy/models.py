"""Settings confirmed or changed by the city, and wordings of text blocks; all others have the portal's defaults (默认值)."""

from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of
from greendistrict.policy.enums import WordingState


class Setting(models.Model):
    """Value in force of one key of ``data/settings.yaml``; ``confirmed`` is also set if the city confirmed the default."""

    key = models.CharField("参数", max_length=120, primary_key=True)
    value = models.JSONField("值", encoder=DjangoJSONEncoder)
    confirmed = models.BooleanField("已确认", default=True)
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_DIRECTOR,), related_name="+", verbose_name="确认人")
    at = models.DateTimeField("确认时间")
    effective_on = models.DateField("生效日期", null=True, blank=True, help_text="without it from the day of the decision")
    reason = models.TextField("理由")

    class Meta:
        verbose_name = "政策参数"
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key


class SettingChange(models.Model):
    """Log of decisions about settings; append-only."""

    key = models.CharField("参数", max_length=120, db_index=True)
    old = models.JSONField("原值", encoder=DjangoJSONEncoder, null=True)
    was_default = models.BooleanField("原为默认值")
    new = models.JSONField("新值", encoder=DjangoJSONEncoder)
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_DIRECTOR,), related_name="+", verbose_name="决定人")
    at = models.DateTimeField("决定时间")
    effective_on = models.DateField("生效日期")
    reason = models.TextField("理由")

    class Meta:
        verbose_name = "政策参数变更"
        ordering = ("-at", "-pk")
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(reason=""), name="setting_change_reasoned")]

    def __str__(self) -> str:
        return f"{self.key} {self.at:%Y-%m-%d}"


class LetterWording(models.Model):
    """Version of a text block of letters (``letter_texts``), proposed by one person and decided by another; valid from ``since``.

    Letters dated earlier keep the earlier version. ``number`` counts the versions of a block, refused ones included.
    """

    key = models.CharField("文本", max_length=40)
    number = models.PositiveSmallIntegerField("版次")
    text = models.TextField("内容")
    since = models.DateField("生效日期", help_text="明天或以后；这一天以前的文书不变")
    reason = models.TextField("理由")
    status = models.CharField("状态", max_length=10, default="proposed")
    proposed_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER, Role.CITY_LEGAL), related_name="+", verbose_name="提出人"
    )
    proposed_at = models.DateTimeField("提出时间")
    decided_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.CITY_DIRECTOR,),
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审定人",
    )
    decided_at = models.DateTimeField("审定时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "文书文本"
        ordering = ("key", "-number")
        constraints: ClassVar = [
            one_of("status", tuple(WordingState), name="letter_wording_status_known"),
            models.UniqueConstraint(fields=["key", "number"], name="letter_wording_numbered"),
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(status=WordingState.PROPOSED),
                name="letter_wording_one_open",
                violation_error_message="这一文本已有待审定的版本",
            ),
            models.CheckConstraint(condition=~models.Q(reason="") & ~models.Q(text=""), name="letter_wording_reasoned"),
            models.CheckConstraint(
                condition=~models.Q(status=WordingState.DECIDED)
                | models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("proposed_by")),
                name="letter_wording_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"文书文本{self.key}第{self.number}版"
