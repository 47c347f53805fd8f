"""Announcement batches, titles, the bodies that held them, and self-checks from before the portal."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import DateField, Func, Q, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.db.models.lookups import IsNull

from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import BulkRun
from approvals.common.enums import LOST, TitleEnd, TitleKind
from approvals.common.wording import batch_word
from approvals.titles.enums import PUBLIC_STATES, AnnouncementState, HolderSide, TransferGround
from districts.common.enums import Certainty, Star, star_in_words
from districts.file.models.district import District
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import between, one_of, ordered
from greendistrict.core.days import day_in_words
from greendistrict.core.toned_words import TonedWord
from greendistrict.documents.models import Evidence


class HistoricSelfCheck(models.Model):
    """历史补录: an old self-check as a scan with source and certainty; it is never scored."""

    district = models.ForeignKey(District, models.PROTECT, related_name="historic_self_checks", verbose_name="城区")
    year = models.PositiveSmallIntegerField("年度")
    filed_on = models.DateField("报送日期", null=True, blank=True)
    source = models.CharField("出处", max_length=500)
    certainty = models.CharField("确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    note = models.CharField("说明", max_length=300, blank=True)
    scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="扫描件")
    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="self_checks")

    class Meta:
        verbose_name = "历史自查"
        ordering = ("district", "-year")
        constraints: ClassVar = [models.UniqueConstraint(fields=["district", "year"], name="historic_self_check_once")]

    def __str__(self) -> str:
        return f"{self.district}{self.year}年度自查（历史补录）"


class TitleHolder(models.Model):
    """A body responsible for a district for a time; the name is stored as it was then. The first body of a side has no change case."""

    district = models.ForeignKey(District, models.PROTECT, related_name="title_holders", verbose_name="城区")
    side = models.CharField("身份", max_length=10, choices=HolderSide)
    body = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="单位")
    body_name = models.CharField("单位名称", max_length=100)
    since = models.DateField("起始日期", null=True, blank=True)
    until = models.DateField("终止日期", null=True, blank=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="title_holders", verbose_name="变更")
    ground = models.CharField("事由", max_length=12, choices=TransferGround, blank=True)
    paper = models.CharField("机构调整文件", max_length=200, blank=True, help_text="名称和文号，文件随材料上传")

    class Meta:
        verbose_name = "称号责任单位"
        ordering = ("district", "side", "pk")
        constraints: ClassVar = [
            one_of("side", HolderSide.values, name="title_holder_side_known"),
            one_of("ground", TransferGround.values, name="title_holder_ground_known", blank=True),
            ordered("since", "until", name="title_holder_days_ordered"),
            models.UniqueConstraint(fields=["district", "side", "body"], condition=Q(until__isnull=True), name="title_holder_once"),
            models.CheckConstraint(
                condition=Q(case__isnull=True, ground="") | (Q(case__isnull=False, since__isnull=False) & ~Q(ground="")),
                name="title_holder_came_by_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.get_side_display()}{self.body_name}"

    @property
    def is_demo(self) -> bool:
        """Whether it is demonstration data, like its district."""
        return self.district.is_demo


def held_on(day: dt.date | Combinable) -> Q:
    """Condition on titles: held on ``day``.

    An unknown grant date counts as held from the beginning; on the day of its end it is no longer held, nor between the loss of the title
    and the stay of the decision on it.
    """
    return (Q(granted_on=None) | Q(granted_on__lte=day)) & (Q(end="") | Q(ended_on__gt=day)) & stood_through(day)


class EarlierLoss(Func):
    """The day on which the gap of ``Title.earlier_gaps`` that holds ``day`` began; NULL if none holds it."""

    template = "(SELECT min(lower(gap)) FROM unnest(%(expressions)s))"
    arg_joiner = ") AS gap WHERE gap @> ("
    output_field = DateField()

    def __init__(self, day: dt.date | Combinable) -> None:
        super().__init__("earlier_gaps", Cast(Value(day) if isinstance(day, dt.date) else day, DateField()))


def stood_through(day: dt.date | Combinable) -> Q:
    """Condition on titles: ``day`` is not between a loss of the title and the stay of the decision on it."""
    return (Q(lapsed_on=None) | Q(lapsed_on__gt=day) | Q(stood_again_on__lte=day)) & Q(IsNull(EarlierLoss(day), True))


def gaps_of(title: Any) -> list[tuple[dt.date, dt.date | None]]:
    """First day of each loss of a title whose decision was stayed, and the day on which it stood again, oldest first."""
    last = [(title.lapsed_on, title.stood_again_on)] if title.lapsed_on else []
    return [*((gap.lower, gap.upper) for gap in title.earlier_gaps), *last]


def gap_on(title: Any, day: dt.date) -> tuple[dt.date, dt.date | None] | None:
    """The gap that holds ``day``; the database answers alike (``stood_through``)."""
    return next((gap for gap in gaps_of(title) if gap[0] <= day and (gap[1] is None or gap[1] > day)), None)


def loss_stayed_on(title: Any, day: dt.date) -> str:
    """The loss whose decision is stayed on ``day``, on which the title stands.

    None for a decision that was set aside since (``set_aside`` of titles that were asked for it): it is as if never made.
    """
    loss = title.stayed_end or (title.end if title.end in LOST else "")
    again = title.stood_again_on is not None and title.stood_again_on <= day
    again = again or any(until is not None and until <= day for _, until in gaps_of(title))
    return str(TitleEnd(loss).label) if loss and again and not getattr(title, "set_aside", False) else ""


STANDING_UNKNOWN = "现状未查明"


class Announcement(models.Model):
    """公告 numbered by year and batch (2024年第五批); may name several districts."""

    year = models.PositiveSmallIntegerField("年份")
    batch = models.PositiveSmallIntegerField("批次")
    number = models.CharField("文号", max_length=60, blank=True, help_text="暂存时可以不填；没有文号不能公告")
    title = models.CharField("标题", max_length=200)
    status = models.CharField("状态", max_length=10, default="draft")
    announced_on = models.DateField("公告日期", null=True, blank=True, help_text="暂存时可以不填；公告时必填，不早于各城区的审定日期")
    scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="公告扫描件")
    created_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+")
    approved_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.CITY_DIRECTOR,),
        null=True,
        blank=True,
        related_name="+",
        verbose_name="审定人",
    )
    approved_at = models.DateTimeField("审定时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    source = models.CharField("出处", max_length=300, blank=True)
    text = models.TextField("公告原文", blank=True, default="", help_text="of an announcement before the portal, without its table")
    historic = models.BooleanField("历史补录", default=False)
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = "公告批次"
        ordering = ("-announced_on", "-year", "-batch")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "batch", "is_demo"], name="announcement_batch_once"),
            models.UniqueConstraint(
                fields=["number"],
                condition=models.Q(status__in=PUBLIC_STATES) & ~models.Q(number=""),
                name="announcement_number_once",
            ),
            models.CheckConstraint(
                condition=models.Q(status=AnnouncementState.DRAFT) | models.Q(announced_on__isnull=False),
                name="announcement_published_is_dated",
            ),
            one_of("status", tuple(AnnouncementState), name="announcement_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.word}（演示）" if self.is_demo else self.word

    @property
    def state(self) -> AnnouncementState:
        """Its state with word and tone."""
        return AnnouncementState(self.status)

    @property
    def mark(self) -> AnnouncementState | TonedWord:
        """Its state as a tag; of a draft, whether it is approved."""
        if self.status != AnnouncementState.DRAFT:
            return self.state
        return TonedWord("已审定，待公告", "blue") if self.approved_at else TonedWord("拟稿，待审定")

    @property
    def word(self) -> str:
        """Year and batch as printed; demonstration data have their own numbers and are marked 演示."""
        return f"{self.year}年第{batch_word(self.batch)}批"


class AnnouncementLine(models.Model):
    """A decided case in a batch; one batch per case."""

    announcement = models.ForeignKey(Announcement, models.CASCADE, related_name="lines")
    case = models.OneToOneField(Case, models.PROTECT, related_name="announcement_line")
    order = models.PositiveSmallIntegerField("序号")

    class Meta:
        verbose_name = "公告名单"
        ordering = ("announcement", "order")
        constraints: ClassVar = [models.UniqueConstraint(fields=["announcement", "order"], name="announcement_line_order_once")]

    def __str__(self) -> str:
        return f"{self.announcement} {self.order}"


class Title(models.Model):
    """称号: granted, possibly cancelled or revoked, never deleted.

    While the decision that ended it is stayed it has no end and stands everywhere; ``stayed_end`` keeps what that decision ordered, and the
    days from ``lapsed_on`` to before ``stood_again_on`` are those on which it was lost. Lifted, the title ends again on that day; stayed
    once more, the days of the loss before are kept in ``earlier_gaps``.
    """

    district = models.ForeignKey(District, models.PROTECT, related_name="titles", verbose_name="城区")
    kind = models.CharField("称号", max_length=14, choices=TitleKind)
    star = models.PositiveSmallIntegerField("星级", choices=Star, null=True, blank=True)
    star_certainty = models.CharField("星级确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    number = models.CharField("编号", max_length=40, blank=True)
    edition_text = models.CharField("适用标准", max_length=60, blank=True)
    edition_certainty = models.CharField(
        "适用标准确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED, db_default=Certainty.SOURCED
    )
    announcement = models.ForeignKey(Announcement, models.PROTECT, null=True, blank=True, related_name="titles")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="titles")
    granted_on = models.DateField("授予日期", null=True, blank=True)
    date_certainty = models.CharField("日期确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    end = models.CharField("终止方式", max_length=12, choices=TitleEnd, blank=True)
    end_reason = models.CharField("终止事由", max_length=300, blank=True)
    end_case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="ended_titles")
    end_announcement = models.ForeignKey(Announcement, models.PROTECT, null=True, blank=True, related_name="ended_titles")
    stayed_since = models.DateField("停止执行日期", null=True, blank=True, help_text="while the decision that ended it is not carried out")
    stayed_end = models.CharField("停止执行的处理", max_length=12, choices=TitleEnd, blank=True, default="", db_default="")
    lapsed_on = models.DateField("停止执行前的终止日期", null=True, blank=True)
    stood_again_on = models.DateField("停止执行后恢复日期", null=True, blank=True)
    earlier_gaps = ArrayField(DateRangeField(), default=list, blank=True, db_default=[], verbose_name="以前各次停止执行前的终止期间")
    historic = models.BooleanField("历史补录", default=False)
    policy = models.CharField("依据文件", max_length=60)
    source = models.CharField("出处", max_length=500, blank=True)
    certainty = models.CharField("确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    policy_certainty = models.CharField("依据确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    standing_certainty = models.CharField("现状确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)
    reported_time = models.CharField("时间（公开资料）", max_length=40, blank=True)

    class Meta:
        verbose_name = "称号"
        ordering = ("-granted_on", "-pk")
        constraints: ClassVar = [
            one_of("kind", TitleKind.values, name="title_kind_known"),
            one_of("end", TitleEnd.values, name="title_end_known", blank=True),
            between("star", 1, 3, name="title_star_1_3"),
            ordered("granted_on", "ended_on", name="title_dates_ordered"),
            models.UniqueConstraint(
                fields=["district"], condition=models.Q(end=""), name="one_current_title", violation_error_message="城区已有称号"
            ),
            one_of("stayed_end", TitleEnd.values, name="title_stayed_end_known", blank=True),
            models.CheckConstraint(
                condition=models.Q(stayed_since__isnull=True, stayed_end="")
                | (models.Q(stayed_since__isnull=False, end="") & ~models.Q(stayed_end="")),
                name="title_stands_while_stayed",
            ),
            models.CheckConstraint(condition=models.Q(historic=True) | models.Q(case__isnull=False), name="title_has_decision_behind_it"),
            models.CheckConstraint(
                condition=models.Q(granted_on__isnull=True) | ~models.Q(date_certainty=Certainty.UNKNOWN), name="title_day_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.get_kind_display()}"

    @property
    def is_correctable(self) -> bool:
        """Whether its facts were recorded from before the portal, and its announcement with them."""
        return self.historic and (self.announcement is None or self.announcement.historic)

    @property
    def told_by(self) -> str:
        """The batch that announced it, or when public sources tell of it."""
        return str(self.announcement or self.reported_time)

    @property
    def batch_words(self) -> str:
        """The same without the mark of demonstration data, as it is typed."""
        return self.announcement.word if self.announcement else self.reported_time

    @property
    def ended_words(self) -> str:
        """Day of its end and the batch that announced it."""
        if not self.end:
            return ""
        return "　".join(str(part) for part in (self.ended_on and day_in_words(self.ended_on), self.end_announcement) if part)

    @property
    def star_words(self) -> str:
        """The star, marked where it rests on an edition that is not the official standard; 未查明 without one."""
        return star_in_words(self.star, self.star_certainty) or "未查明"

    @property
    def taken_words(self) -> str:
        """What a decision ordered about it, for the announcement that names it."""
        if self.stayed_since:
            return f"{self.get_stayed_end_display()}称号，{day_in_words(self.stayed_since)}起停止执行"
        return f"{self.get_end_display()}称号"

    @property
    def marks(self) -> tuple[TonedWord, ...]:
        """Its state, a loss in progress (of titles ``with_losses``), and that it was recorded from paper."""
        loss = vars(self).get("loss_word")
        return (self.state_word, *([TonedWord(loss, "amber")] if loss else []), *([TonedWord("历史补录", "line")] if self.historic else []))

    @property
    def state_word(self) -> TonedWord:
        """Current state, the same on every page, list and report."""
        return self.state_on(dt.date.max)

    def has_ended_by(self, day: dt.date) -> bool:
        """Whether it ended by the day; an unknown day of its end is long ago."""
        return bool(self.end) and (self.ended_on is None or self.ended_on <= day)

    def lost_on(self, day: dt.date) -> dt.date | None:
        """The day of the loss that holds on ``day``, before the stay of the decision on it."""
        gap = gap_on(self, day)
        return gap[0] if gap else None

    @property
    def stayed_word(self) -> str:
        """What the decision ordered that was stayed: as it stands, or as it was before it was set aside (titles asked for ``was_end``)."""
        loss = vars(self).get("was_end") or self.stayed_end or (self.end if self.end != TitleEnd.SUPERSEDED else "")
        return str(TitleEnd(loss).label) if loss else "终止"

    def state_on(self, day: dt.date) -> TonedWord:
        """State on a day: ended, 现状未查明 where no source says that it still stands, else 有效 (with the decision that is stayed)."""
        if self.has_ended_by(day):
            return TonedWord(str(self.get_end_display()), "line")
        if self.lost_on(day):
            return TonedWord(self.stayed_word, "line")
        stayed = loss_stayed_on(self, day) or (self.get_stayed_end_display() if self.stayed_since and self.stayed_since <= day else "")
        if stayed:
            return TonedWord(f"有效（{stayed}决定停止执行）", "green")
        return TonedWord(STANDING_UNKNOWN, "line") if self.standing_certainty == Certainty.UNKNOWN else TonedWord("有效", "green")
