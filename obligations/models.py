"""Stored decisions about obligations, urgings, outages and sent reminders. Due dates are computed, not stored."""

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models

from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core import clock
from greendistrict.core.constraints import one_of
from greendistrict.core.days import day_in_words
from greendistrict.core.errors import Refused
from greendistrict.policy.duty_table import DUTY_KINDS
from greendistrict.workflow.second_person import CheckedRows, ReturnableRecord, another_person, checked_or_returned


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


class Exemptions(CheckedRows["Exemption"]):
    """Extensions count at once; a waiver, which the policy does not know, once a second person has checked it."""

    def counted(self) -> Self:
        """What changes an obligation."""
        return self._open().filter(models.Q(extended_to__isnull=False) | models.Q(checked_at__isnull=False))

    def waiting(self) -> Self:
        """Waivers that nobody has checked or sent back, oldest first."""
        return super().waiting().filter(extended_to__isnull=True)


class Exemption(ReturnableRecord):
    """Waiver (no new day) or extension (new day) of one obligation, with its reason.

    Decided by the city, or derived from an outage; ``decided_by`` is then who recorded the outage, and ``decided_as`` is empty.
    Waivers decided before a second person had to check them have ``checked_at`` without ``checked_by``.
    """

    NAME = "免报"
    ENTERED = "decided"
    NOTED = ("obligation", "reason")
    ACTS = ("obligations.check_waiver", "obligations.return_waiver")
    PAGES = ("obligations:waiver_check", "obligations:waiver_return")

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

    objects = Exemptions.as_manager()

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
            another_person("exemption", "decided"),
            checked_or_returned("exemption"),
            models.CheckConstraint(
                condition=models.Q(extended_to__isnull=True) | models.Q(checked_at__isnull=True, returned_at__isnull=True),
                name="only_a_waiver_is_checked",
            ),
            models.UniqueConstraint(
                fields=["obligation"],
                condition=models.Q(extended_to__isnull=True, checked_at__isnull=True, returned_at__isnull=True),
                name="one_waiver_waits_per_obligation",
            ),
        ]

    def __str__(self) -> str:
        kind = DUTY_KINDS.get(self.obligation.partition(":")[0])
        what = f"延至{day_in_words(self.extended_to)}" if self.extended_to else "免报"
        return f"{kind.label if kind else self.obligation}{what}"

    @property
    def waits(self) -> bool:
        """Whether it is a waiver that nobody has checked or sent back."""
        return self.extended_to is None and super().waits

    @property
    def counts_from(self) -> dt.datetime:
        """Moment from which it changes the obligation; meaningless while it waits."""
        return self.checked_at or self.decided_at

    @property
    def subject(self) -> str:
        """Key of the obligation, which alone knows its district; whoever shows it looks it up."""
        return self.obligation

    def on_checked(self) -> None:
        """A waiver that waited while the day was extended is out of date. Raises ``Refused``."""
        later = Exemption.objects.counted().filter(obligation=self.obligation, pk__gt=self.pk, extended_to__isnull=False)
        Refused.when(later.filter(outage__isnull=True).exists(), "这一件后来已决定延期，免报不再核对，请退回")


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
