"""Stored decisions about obligations, urgings, outages and sent reminders. Due dates are computed, not stored."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models

from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core import clock
from greendistrict.core.constraints import one_of


class TsTzRange(models.Func):
    """PostgreSQL range of two moments."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class PortalOutage(models.Model):
    """Period in which the portal was unavailable. Periods do not overlap, so none moves a deadline twice."""

    began_at = models.DateTimeField("停运开始")
    ended_at = models.DateTimeField("恢复")
    reason = models.CharField("原因", max_length=200, help_text="公开，例如机房停电；不写单位和人员")
    moved = models.JSONField("顺延的期限", default=list, help_text="[due day, day it moved to, how many obligations], first day first")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "平台停运"
        ordering = ("-began_at",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ended_at__gt=models.F("began_at")), name="outage_ends_after_it_began"),
            ExclusionConstraint(
                name="outages_do_not_overlap",
                expressions=[(TsTzRange("began_at", "ended_at", RangeBoundary()), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"平台停运 {self.began_at.astimezone(clock.SHANGHAI):%Y-%m-%d %H:%M}"


DECIDERS = (Role.CITY_DIRECTOR, Role.CITY_CHECKER)  # as ``policy.rules.deciding_roles``


class Exemption(models.Model):
    """Waiver (no new day) or extension (new day) of one obligation, with its reason.

    Decided by the city, or derived from an outage; ``decided_by`` is then who recorded the outage, and ``decided_as`` is empty.
    """

    obligation = models.CharField("事项", max_length=120, help_text="key of the obligation")
    extended_to = models.DateField("延至", null=True, blank=True, help_text="不填日期即免报；遇休息日顺延至下一工作日")
    was = models.DateField("原期限", null=True, blank=True, help_text="where the day is stored with the matter and was moved there")
    reason = models.CharField("理由", max_length=300)
    decided_at = models.DateTimeField("时间")
    decided_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=DECIDERS, related_name="+", verbose_name="决定人")
    decided_as = models.CharField(
        "决定岗位", max_length=20, choices=[(role.value, role.label) for role in DECIDERS], blank=True, default="", db_default=""
    )
    outage = models.ForeignKey(PortalOutage, models.PROTECT, null=True, blank=True, related_name="extensions", verbose_name="平台停运")

    class Meta:
        verbose_name = "免报与延期"
        ordering = ("-decided_at",)
        indexes: ClassVar = [models.Index(fields=["obligation"], name="exemption_obligation")]
        constraints: ClassVar = [
            one_of("decided_as", [role.value for role in DECIDERS], name="exemption_seat_known", blank=True),
            models.UniqueConstraint(fields=["outage", "obligation"], name="one_extension_per_outage"),
            models.CheckConstraint(
                condition=models.Q(outage__isnull=True) | models.Q(extended_to__isnull=False), name="an_outage_extends_and_never_waives"
            ),
            models.CheckConstraint(
                condition=models.Q(was__isnull=True) | models.Q(extended_to__gt=models.F("was")), name="a_stored_day_moves_to_a_later_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation} {'延至' + str(self.extended_to) if self.extended_to else '免报'}"


class Urging(models.Model):
    """An urging of an obligation; at most one per obligation and day."""

    obligation = models.CharField("事项", max_length=120, help_text="key of the obligation")
    due = models.DateField("期限")
    day = models.DateField("催办日")
    at = models.DateTimeField("时间")
    by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.CITY_OFFICER, Role.CITY_CHECKER, Role.CITY_DIRECTOR, Role.SECRETARIAT, Role.AUTHORITY),  # as ``rules.may_urge``
        related_name="+",
        verbose_name="催办人",
    )
    note = models.CharField("附言", max_length=200, blank=True, help_text="不填只发送下列标准文字；填写的附言加在每条催办之前")
    receivers = models.PositiveSmallIntegerField("接收人数")

    class Meta:
        verbose_name = "催办"
        ordering = ("-at",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["obligation", "day"], name="urged_once_a_day")]

    def __str__(self) -> str:
        return f"{self.obligation} {self.day:%Y-%m-%d}"


class CalendarFeed(models.Model):
    """A person's calendar feed; only the digest of its token is stored."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", verbose_name="人员")
    digest = models.CharField("令牌校验值", max_length=64, unique=True, help_text="SHA-256 of the token")
    made_at = models.DateTimeField("生成时间")
    read_at = models.DateTimeField("最近读取", null=True, blank=True)

    class Meta:
        verbose_name = "日历订阅"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="calendar_feed_has_digest"),
        ]

    def __str__(self) -> str:
        return str(self.user_id)


class Reminder(models.Model):
    """A reminder step of an obligation sent to a person; unique, so that each is sent once per channel."""

    mark = models.CharField("事项和节点", max_length=160, help_text="key of the obligation, its due day, its rung")
    receiver = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="接收人", db_index=False)
    day = models.DateField("提醒日")

    class Meta:
        verbose_name = "到期提醒"
        ordering = ("pk",)
        # Also serves the sweep, which looks up the marks of today's steps only.
        constraints: ClassVar = [models.UniqueConstraint(fields=["mark", "receiver"], name="reminder_once")]

    def __str__(self) -> str:
        return self.mark
