"""Events, their programme, sign-ups, and ledger entries that districts took from them."""

import datetime as dt
from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import between, one_of, ordered
from greendistrict.core.encrypted import EncryptedTextField
from operation.entries.models import KEEPERS, TrainingSession, TrainingTier


class EventState(StrEnum):
    """State of an event."""

    DRAFT = "draft"
    PUBLISHED = "published"
    HELD = "held"
    CLOSED = "closed"
    CANCELLED = "cancelled"


NOT_YET_HELD = (EventState.DRAFT, EventState.PUBLISHED)  # not yet held


IN_PUBLIC = (EventState.PUBLISHED.value, EventState.HELD.value, EventState.CLOSED.value, EventState.CANCELLED.value)
OVER = (EventState.CLOSED.value, EventState.CANCELLED.value)


class ExchangeKind(models.TextChoices):
    """Kind of exchange: 九 names 论坛, 展会 and 对话交流; 七（三）2 names 培训."""

    FORUM = "forum", "论坛"
    FAIR = "fair", "展会"
    DIALOGUE = "dialogue", "对话交流"
    VISIT = "visit", "现场观摩"
    SEMINAR = "seminar", "研讨"
    TRAINING = "training", "培训"


class SignUpCircle(models.TextChoices):
    """Who may sign up."""

    SEATS = "seats", "平台用户"
    DISTRICTS = "districts", "城区"
    PUBLIC = "public", "公众"


class SignUpStanding(models.TextChoices):
    """Standing of a sign-up, derived from the decisions about it."""

    PLACED = "placed", "已报上"
    WAITING = "waiting", "候补"
    WITHDRAWN = "withdrawn", "已取消"
    STRUCK = "struck", "不予接受"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {SignUpStanding.PLACED: "success", SignUpStanding.WAITING: "warning"}.get(self, "")


TITLE, SUMMARY, PLACE, EVALUATION, SUBJECT, SPEAKER = 60, 2000, 120, 2000, 120, 60
NAME, BODY, CONTACT, COMMENT, REASON = 60, 60, 100, 300, 200
MOST_PLACES = 5000
ORGANISERS = (Role.CITY_OFFICER,)
TAKERS = KEEPERS


class ExchangeEvent(models.Model):
    """活动 of the city; editable as a draft only. ``counted`` stores the attendance figures when the event is closed."""

    number = models.CharField("编号", max_length=20, blank=True)
    status = models.CharField("状态", max_length=10, default=EventState.DRAFT.value)
    kind = models.CharField("形式", max_length=10, choices=ExchangeKind)
    title = models.CharField("名称", max_length=TITLE)
    summary = models.TextField("内容", blank=True, help_text=f"不超过{SUMMARY}字")
    place = models.CharField("地点", max_length=PLACE, blank=True)
    starts_on = models.DateField("开始日期", null=True, blank=True)
    ends_on = models.DateField("结束日期", null=True, blank=True, help_text="一天的可以不填")
    capacity = models.PositiveIntegerField("名额", null=True, blank=True)
    circle = models.CharField(
        "报名范围", max_length=10, choices=SignUpCircle, default=SignUpCircle.SEATS, help_text="选“公众”的，没有账号的人也可以报名"
    )
    sign_up_until = models.DateField("报名截止", null=True, blank=True, help_text="不填的，到开始当天为止")
    areas = models.JSONField("美丽上海领域", default=list, blank=True)
    tier = models.CharField("培训对象", max_length=12, choices=TrainingTier, blank=True)
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1, null=True, blank=True)
    evaluation = models.TextField("活动评价", blank=True, help_text="办结后公开，不写个人姓名；培训的记入台账时作为“培训评价”")
    counted = models.JSONField("办结时的人数", null=True, blank=True)
    cancel_reason = models.CharField("取消理由", max_length=500, blank=True)
    is_demo = models.BooleanField("演示数据", default=False)
    opened_at = models.DateTimeField("建立时间")
    opened_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=ORGANISERS, related_name="+", verbose_name="建立人")
    written_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=ORGANISERS, related_name="+", verbose_name="最后编写人")
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "交流活动"
        ordering = ("-starts_on", "-pk")
        indexes: ClassVar = [models.Index(fields=["status", "starts_on"], name="exchange_event_by_day")]
        constraints: ClassVar = [
            one_of("status", [one.value for one in EventState], name="exchange_event_status"),
            one_of("kind", ExchangeKind.values, name="exchange_event_kind"),
            one_of("circle", SignUpCircle.values, name="exchange_event_circle"),
            one_of("tier", TrainingTier.values, name="exchange_event_tier", blank=True),
            between("capacity", 1, MOST_PLACES, name="exchange_event_capacity"),
            ordered("starts_on", "ends_on", name="exchange_event_days"),
            ordered("sign_up_until", "ends_on", name="exchange_event_sign_up_day"),
            models.UniqueConstraint(fields=["number"], condition=~Q(number=""), name="exchange_event_number_once"),
            models.CheckConstraint(
                condition=Q(status=EventState.DRAFT)
                | Q(starts_on__isnull=False, ends_on__isnull=False, capacity__isnull=False, published_at__isnull=False),
                name="exchange_event_whole",
            ),
            models.CheckConstraint(condition=~Q(status=EventState.CLOSED) | Q(counted__isnull=False), name="exchange_event_counted"),
        ]

    def __str__(self) -> str:
        return f"交流活动“{self.title}”"

    @property
    def is_training(self) -> bool:
        """Whether it can be entered in an operation ledger as a training."""
        return self.kind == ExchangeKind.TRAINING

    @property
    def is_public(self) -> bool:
        """Whether the public can read it now."""
        return self.status != EventState.DRAFT

    @property
    def taking(self) -> dt.date | None:
        """Last day for signing up: the one that was set, else the first day of the event."""
        return self.sign_up_until or self.starts_on


class AgendaRow(models.Model):
    """A row of the programme."""

    event = models.ForeignKey(ExchangeEvent, models.CASCADE, related_name="agenda", verbose_name="交流活动")
    day = models.DateField("日期")
    begins = models.TimeField("开始")
    ends = models.TimeField("结束")
    subject = models.CharField("议题", max_length=SUBJECT)
    speaker = models.CharField("主讲单位", max_length=SPEAKER, blank=True, help_text="写单位，不写个人联系方式")

    class Meta:
        verbose_name = "议程"
        ordering = ("day", "begins", "pk")
        constraints: ClassVar = [models.CheckConstraint(condition=Q(ends__gt=F("begins")), name="agenda_row_times")]

    def __str__(self) -> str:
        return self.subject


class EventSignUp(models.Model):
    """报名 of a person with an account, or of a member of the public, who gets a secret code instead."""

    event = models.ForeignKey(ExchangeEvent, models.PROTECT, related_name="sign_ups", verbose_name="交流活动")
    number = models.CharField("编号", max_length=20, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="event_sign_ups", verbose_name="报名人"
    )
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="event_sign_ups", verbose_name="代表的城区")
    name = models.CharField("姓名", max_length=NAME, blank=True)
    body = models.CharField("单位", max_length=BODY, blank=True)
    contact = EncryptedTextField(
        "联系方式",
        blank=True,
        help_text="电话或者电子邮箱，只用于这次活动的联系，不公开，加密保存，活动结束满一百八十日且已办结或者取消的删除。"
        "填电子邮箱的，递补、变更和取消发邮件告知；填电话的，请凭查询码查看",
    )
    contact_digest = models.CharField(max_length=64, blank=True, editable=False, help_text="keyed digest of the contact and the event")
    digest = models.CharField(max_length=64, blank=True, editable=False, help_text="digest of the secret code of the receipt")
    origin = models.CharField(max_length=64, blank=True, editable=False, help_text="keyed digest of the sender's address")
    signed_at = models.DateTimeField("报名时间")
    placed_at = models.DateTimeField("得到名额的时间", null=True, blank=True)
    withdrawn_at = models.DateTimeField("取消时间", null=True, blank=True)
    struck_reason = models.CharField("不予接受的理由", max_length=REASON, blank=True, help_text="报名人可以看到")
    attended = models.BooleanField("到场", null=True, blank=True)
    satisfied = models.BooleanField("满意", null=True, blank=True)
    comment = models.CharField("意见", max_length=COMMENT, blank=True, help_text="组织者可以看到，不公开")

    class Meta:
        verbose_name = "活动报名"
        ordering = ("signed_at", "pk")
        indexes: ClassVar = [models.Index(fields=["signed_at"], name="event_sign_up_by_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, name="", digest="")
                | (Q(person__isnull=True, district__isnull=True) & ~Q(name="") & ~Q(digest="")),
                name="event_sign_up_whose",
            ),
            models.CheckConstraint(
                condition=Q(attended__isnull=True) | Q(placed_at__isnull=False, withdrawn_at__isnull=True), name="event_sign_up_attended"
            ),
            models.CheckConstraint(condition=Q(satisfied__isnull=True) | Q(attended=True), name="event_sign_up_satisfied"),
            models.CheckConstraint(condition=Q(struck_reason="") | Q(withdrawn_at__isnull=False), name="event_sign_up_struck"),
            models.UniqueConstraint(
                fields=["event", "person"], condition=Q(person__isnull=False, withdrawn_at__isnull=True), name="event_sign_up_once"
            ),
            models.UniqueConstraint(
                fields=["contact_digest"],
                condition=~Q(contact_digest="") & Q(withdrawn_at__isnull=True),
                name="event_sign_up_contact_once",
            ),
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="event_sign_up_code_once"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.event}的报名"

    @property
    def standing(self) -> SignUpStanding:
        """Standing, derived from the decisions."""
        if self.struck_reason:
            return SignUpStanding.STRUCK
        if self.withdrawn_at is not None:
            return SignUpStanding.WITHDRAWN
        return SignUpStanding.PLACED if self.placed_at is not None else SignUpStanding.WAITING

    @property
    def who(self) -> str:
        """Name as the organiser's list shows it."""
        return self.person.name if self.person else self.name


class LedgerTaking(models.Model):
    """A district's ledger entry taken from an event; at most one per district and event."""

    event = models.ForeignKey(ExchangeEvent, models.PROTECT, related_name="takings", verbose_name="交流活动")
    district = models.ForeignKey(District, models.PROTECT, related_name="event_takings", verbose_name="城区")
    session = models.OneToOneField(TrainingSession, models.CASCADE, related_name="taking", verbose_name="台账条目")
    taken_at = models.DateTimeField("记入时间")
    taken_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=TAKERS, related_name="+", verbose_name="记入人")

    class Meta:
        verbose_name = "活动记入台账"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["event", "district"], name="ledger_taking_once", violation_error_message="这个城区已经把这次培训记入台账"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event}记入{self.district}台账"
