"""Amendments of published announcements, and titles that were restored."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.common.enums import TitleEnd
from approvals.titles.enums import AmendedField, AmendmentKind, AmendmentState
from approvals.titles.models.publicity import Announcement, Title
from districts.common.enums import Star
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of
from greendistrict.core.days import day_in_words
from greendistrict.documents.models import Evidence

OPEN_AMENDMENTS = (AmendmentState.PROPOSED, AmendmentState.APPROVED)


class Amendment(models.Model):
    """更正 of one field of a published announcement, or its 撤回; ``original`` is the announcement as it read before."""

    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="amendments", verbose_name="公告")
    kind = models.CharField("类别", max_length=10, choices=AmendmentKind)
    field = models.CharField("更正内容", max_length=12, choices=AmendedField, blank=True)
    title = models.ForeignKey(Title, models.PROTECT, null=True, blank=True, related_name="amendments", verbose_name="称号")
    before = models.CharField("原内容", max_length=200, blank=True)
    after = models.CharField("更正为", max_length=200, blank=True, help_text="日期写作2026-11-20，星级写作1、2或3；撤回公告的不填")
    reason = models.TextField("理由", help_text="随更正或撤回一起公布，请勿写个人信息")
    status = models.CharField("状态", max_length=10, default="proposed")
    proposed_at = models.DateTimeField("提出时间")
    proposed_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="提出人")
    number = models.CharField("更正或撤回公告的文号", max_length=60, blank=True)
    published_on = models.DateField("公布日期", null=True, blank=True)
    published_at = models.DateTimeField("公布时间", null=True, blank=True)
    scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="扫描件")
    original = models.JSONField("公告原文", default=dict, blank=True)
    original_digest = models.CharField("公告原文校验值", max_length=64, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "公告更正与撤回"
        ordering = ("-proposed_at", "-pk")
        constraints: ClassVar = [
            one_of("status", tuple(AmendmentState), name="amendment_status_known"),
            one_of("kind", AmendmentKind.values, name="amendment_kind_known"),
            models.UniqueConstraint(fields=["announcement"], condition=models.Q(status__in=OPEN_AMENDMENTS), name="amendment_one_open"),
            models.CheckConstraint(
                condition=models.Q(kind=AmendmentKind.WITHDRAW, field="")
                | (models.Q(kind=AmendmentKind.CORRECT, field__in=AmendedField.values) & ~models.Q(before=models.F("after"))),
                name="amendment_changes_something",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=AmendmentState.PUBLISHED)
                | (~models.Q(number="") & models.Q(published_on__isnull=False, published_at__isnull=False)),
                name="amendment_published_is_numbered",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="amendment_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.announcement}公告{self.get_kind_display()}"

    @property
    def is_withdrawal(self) -> bool:
        """Whether the announcement is withdrawn."""
        return self.kind == AmendmentKind.WITHDRAW

    @property
    def what(self) -> str:
        """What is corrected, in words; empty for a withdrawal."""
        if self.is_withdrawal:
            return ""
        return f"{self.title.district.name}的星级" if self.title else str(self.get_field_display())

    @property
    def before_words(self) -> str:
        """Old value in words."""
        return value_words(self.field, self.before)

    @property
    def after_words(self) -> str:
        """New value in words."""
        return value_words(self.field, self.after)

    @property
    def is_demo(self) -> bool:
        """Whether it is demonstration data, like its announcement."""
        return self.announcement.is_demo


def value_words(field: str, value: str) -> str:
    """Stored value in words: the label of a star, a formatted date, 未查明 for an unknown value."""
    if field == AmendedField.STAR and value:
        return str(Star(int(value)).label)
    if field == AmendedField.DAY and value:
        return day_in_words(dt.date.fromisoformat(value))
    return value or "未查明"


def amended_words(row: Amendment) -> str:
    """A published correction or withdrawal as a sentence without its reason, for the public verification."""
    day = day_in_words(row.published_on) if row.published_on else ""
    if row.is_withdrawal:
        return f"已于{day}撤回（{row.number}）"
    return f"{row.what}已于{day}由“{row.before_words}”更正为“{row.after_words}”（{row.number}）"


class Restoration(models.Model):
    """Restoration of an ended title after the act that ended it was set aside; keeps how the title had ended."""

    title = models.ForeignKey(Title, models.PROTECT, related_name="restorations", verbose_name="称号")
    was_end = models.CharField("原终止方式", max_length=12, choices=TitleEnd)
    was_ended_on = models.DateField("原终止日期", null=True, blank=True)
    was_reason = models.CharField("原终止事由", max_length=300, blank=True)
    end_case = models.ForeignKey("approvals.Case", models.PROTECT, null=True, blank=True, related_name="undone_ends")
    end_announcement = models.ForeignKey(Announcement, models.PROTECT, null=True, blank=True, related_name="undone_ends")
    restored_on = models.DateField("恢复日期")
    reason = models.CharField("恢复事由", max_length=300)
    at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = "称号恢复"
        ordering = ("title", "pk")
        constraints: ClassVar = [
            one_of("was_end", TitleEnd.values, name="restoration_end_known"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="restoration_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.title}恢复"
