"""Requests for government information, and remedies against their replies."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.titles.enums import RemedyOutcome, RemedyState
from approvals.titles.models.remedies import RemedyRecord
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of
from greendistrict.core.encrypted import EncryptedTextField


class DisclosureAsker(models.TextChoices):
    """Kind of asker."""

    CITIZEN = "citizen", "公民"
    BODY = "body", "法人或者其他组织"


class DisclosureDelivery(models.TextChoices):
    """How information and reply are delivered."""

    MAIL = "mail", "电子邮件"
    POST = "post", "邮寄"
    COUNTER = "counter", "当面领取"


class DisclosureOutcome(models.TextChoices):
    """Outcome of a request, 政府信息公开条例第三十六条、第三十七条、第三十九条."""

    PUBLISHED = "published", "已主动公开，告知获取方式"
    GRANTED = "granted", "予以公开"
    PARTLY = "partly", "部分公开"
    REFUSED = "refused", "不予公开"
    ABSENT = "absent", "本机关没有所申请的信息"
    ELSEWHERE = "elsewhere", "不属于本机关负责公开"
    REPEATED = "repeated", "重复申请，不予重复处理"
    NO_REQUEST = "no_request", "不是政府信息公开申请"


class Withheld(models.TextChoices):
    """Ground for withholding information, 政府信息公开条例第十四条至第十六条."""

    SECRET = "secret", "依法确定为国家秘密（第十四条）"
    FORBIDDEN = "forbidden", "法律、行政法规禁止公开（第十四条）"
    SAFETY = "safety", "公开后可能危及国家安全、公共安全、经济安全、社会稳定（第十四条）"
    PRIVATE = "private", "涉及商业秘密、个人隐私，公开会损害第三方合法权益（第十五条）"
    INTERNAL = "internal", "内部事务信息（第十六条）"
    PROCESS = "process", "过程性信息或者行政执法案卷信息（第十六条）"


class ThirdPartyView(models.TextChoices):
    """What a third party says to the disclosure, 政府信息公开条例第三十二条."""

    CONSENTS = "consents", "同意公开"
    OBJECTS = "objects", "不同意公开"


class IssuedPaper(models.TextChoices):
    """Letter issued about a request, whose signed scan is kept."""

    COMPLETION = "completion", "申请补正告知书"
    EXTENSION = "extension", "延期答复告知书"
    OPINION = "opinion", "征求第三方意见书"
    REPLY = "reply", "答复告知书"


class DisclosureProgress(models.TextChoices):
    """Progress of a request, derived from its recorded dates."""

    AWAITED = "awaited", "待答复"
    EXTENDED = "extended", "已延长，待答复"
    INCOMPLETE = "incomplete", "待申请人补正"
    ANSWERED = "answered", "已答复"
    GIVEN_UP = "given_up", "逾期未补正，视为放弃"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        tones = {DisclosureProgress.ANSWERED: "success", DisclosureProgress.INCOMPLETE: "warning", DisclosureProgress.GIVEN_UP: ""}
        return tones.get(self, "info")


GIVING = (DisclosureOutcome.PUBLISHED, DisclosureOutcome.GRANTED, DisclosureOutcome.PARTLY)
WITHHOLDING = (DisclosureOutcome.REFUSED, DisclosureOutcome.PARTLY)


NAME, CONTACT, IDENTITY, ADDRESS, WANTED, REPLY, REASON, NUMBER = 60, 100, 40, 200, 1000, 2000, 300, 60
ASKED, THIRD = 500, 200
OUTCOME_WORDS: dict[str, str] = {RemedyOutcome.CHANGED_BACK: "变更，重新答复", RemedyOutcome.CHANGED: "变更，不重新答复"}


NOT_BEFORE_ASKED = Q(opinion_received_on__isnull=True) | Q(opinion_received_on__gte=F("opinion_asked_on"))


class DisclosureRequest(models.Model):
    """政府信息公开申请. Data that identify the asker are encrypted; terms and progress are derived, not stored."""

    number = models.CharField("编号", max_length=20, unique=True)
    asker = models.CharField("申请人类型", max_length=10, choices=DisclosureAsker)
    name = models.CharField("姓名或名称", max_length=NAME)
    identity = EncryptedTextField("身份证明", help_text="公民填写身份证件号码，法人或者其他组织填写统一社会信用代码")
    contact = EncryptedTextField("联系方式", help_text="电话或者电子邮箱；选择电子邮件的，填写电子邮箱")
    address = EncryptedTextField("通信地址", blank=True, help_text="选择邮寄的必填")
    wanted = models.TextField("所需信息", help_text="写明信息的名称、文号，或者便于查询的其他特征，不超过1000字")
    delivery = models.CharField("获取方式", max_length=10, choices=DisclosureDelivery)
    digest = models.CharField(max_length=64, unique=True, editable=False, help_text="digest of the secret code of the receipt")
    origin = models.CharField(max_length=64, blank=True, editable=False, help_text="keyed digest of the sender's address")
    filed_at = models.DateTimeField("收到时间")
    extended_at = models.DateTimeField("延长时间", null=True, blank=True)
    extended_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.CITY_CHECKER,),
        null=True,
        blank=True,
        related_name="+",
        verbose_name="同意人",
    )
    extension_reason = models.CharField("延长的理由", max_length=REASON, blank=True, help_text="写入延期答复告知书，申请人凭查询码可以看到")
    asked_at = models.DateTimeField("告知补正的时间", null=True, blank=True)
    asked_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="告知人"
    )
    asked_words = models.CharField(
        "需要补正的事项", max_length=ASKED, blank=True, help_text="一次性写明全部需要补正的事项，写入补正告知书，申请人凭查询码可以看到"
    )
    asked_until = models.DateField("补正期限", null=True, blank=True, help_text="合理的期限；逾期无正当理由不补正的，视为放弃申请")
    completed_at = models.DateTimeField("收到补正的时间", null=True, blank=True)
    completed_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="代录人"
    )
    completion = models.TextField("补正的内容", blank=True, help_text="不超过1000字，只能补正一次")
    given_up_at = models.DateTimeField("视为放弃的时间", null=True, blank=True)
    given_up_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="登记人"
    )
    third_party = models.CharField(
        "第三方", max_length=THIRD, blank=True, db_default="", help_text="名称或者姓名；涉及几个第三方的，同时征求，都写上"
    )
    opinion_asked_on = models.DateField("征求意见日期", null=True, blank=True, help_text="征求意见书发出的日期")
    opinion_received_on = models.DateField(
        "收到征求意见书日期", null=True, blank=True, help_text="几个第三方的，填写最后收到的日期；登记以前暂自征求意见日期起算"
    )
    opinion = models.CharField(
        "第三方的意见", max_length=10, choices=ThirdPartyView, blank=True, db_default="", help_text="有一个第三方不同意的，选不同意公开"
    )
    opinion_on = models.DateField("提出意见日期", null=True, blank=True, help_text="几个第三方的，填写最后提出的日期")
    opinion_words = models.CharField("第三方的理由", max_length=ASKED, blank=True, db_default="")
    redo_from = models.DateField("重新答复起算日", null=True, blank=True)
    redo_by = models.DateField("责令重新答复的期限", null=True, blank=True)
    outcome = models.CharField("答复类型", max_length=12, choices=DisclosureOutcome, blank=True)
    withheld = models.CharField("不予公开的依据", max_length=12, choices=Withheld, blank=True, help_text="不予公开、部分公开的必选")
    reply = models.TextField("答复内容", blank=True, help_text="提供的信息或者理由，写入答复告知书")
    reply_number = models.CharField("告知书文号", max_length=NUMBER, blank=True)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    replied_at = models.DateTimeField("登记答复的时间", null=True, blank=True)
    replied_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    served_on = models.DateField(
        "送达日期",
        null=True,
        blank=True,
        help_text="申请人收到告知书的日期，申请行政复议和起诉的期限自这一天起算；登记有误的再登记一次",
    )
    served_at = models.DateTimeField("登记送达的时间", null=True, blank=True)
    served_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.CITY_OFFICER,),
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记送达的人",
    )
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = "政府信息公开申请"
        ordering = ("-filed_at", "-pk")
        indexes: ClassVar = [
            models.Index(fields=["filed_at"], name="disclosure_by_day"),
            models.Index(fields=["origin", "filed_at"], name="disclosure_by_origin"),
        ]
        constraints: ClassVar = [
            one_of("asker", DisclosureAsker.values, name="disclosure_asker_known"),
            one_of("delivery", DisclosureDelivery.values, name="disclosure_delivery_known"),
            one_of("outcome", DisclosureOutcome.values, name="disclosure_outcome_known", blank=True),
            one_of("withheld", Withheld.values, name="disclosure_withheld_known", blank=True),
            one_of("opinion", ThirdPartyView.values, name="disclosure_opinion_known", blank=True),
            models.CheckConstraint(
                condition=Q(third_party="", opinion_asked_on__isnull=True, opinion_received_on__isnull=True)
                | (~Q(third_party="") & Q(opinion_asked_on__isnull=False) & NOT_BEFORE_ASKED),
                name="disclosure_opinion_asked_whole",
            ),
            models.CheckConstraint(
                condition=Q(opinion="", opinion_on__isnull=True, opinion_words="")
                | (~Q(opinion="") & Q(opinion_received_on__isnull=False, opinion_on__gte=F("opinion_received_on"))),
                name="disclosure_opinion_given_whole",
            ),
            models.CheckConstraint(condition=~Q(wanted="") & ~Q(name=""), name="disclosure_asks"),
            models.CheckConstraint(
                condition=Q(extended_at__isnull=True, extension_reason="") | (Q(extended_at__isnull=False) & ~Q(extension_reason="")),
                name="disclosure_extension_reasoned",
            ),
            models.CheckConstraint(
                condition=Q(replied_at__isnull=True, replied_on__isnull=True, outcome="", reply="", reply_number="")
                | (Q(replied_at__isnull=False, replied_on__isnull=False) & ~Q(outcome="") & ~Q(reply="") & ~Q(reply_number="")),
                name="disclosure_replied",
            ),
            models.CheckConstraint(
                condition=Q(withheld="", outcome__in=["", *(one for one in DisclosureOutcome.values if one not in WITHHOLDING)])
                | (Q(outcome__in=WITHHOLDING) & ~Q(withheld="")),
                name="disclosure_withheld_has_ground",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, asked_until__isnull=True, asked_words="")
                | (Q(asked_at__isnull=False, asked_until__isnull=False) & ~Q(asked_words="")),
                name="disclosure_asked_whole",
            ),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True, completion="")
                | (Q(completed_at__isnull=False, asked_at__isnull=False, given_up_at__isnull=True) & ~Q(completion="")),
                name="disclosure_completed_after_asking",
            ),
            models.CheckConstraint(
                condition=Q(given_up_at__isnull=True) | Q(asked_at__isnull=False, completed_at__isnull=True, replied_at__isnull=True),
                name="disclosure_given_up_unanswered",
            ),
            models.CheckConstraint(condition=Q(redo_by__isnull=True) | Q(redo_from__isnull=False), name="disclosure_redo_from_a_day"),
            models.CheckConstraint(
                condition=Q(served_at__isnull=True, served_on__isnull=True)
                | Q(served_at__isnull=False, served_on__isnull=False, replied_on__isnull=False, served_on__gte=F("replied_on")),
                name="disclosure_served_after_reply",
            ),
            models.UniqueConstraint(fields=["reply_number"], condition=~Q(reply_number=""), name="disclosure_reply_number_once"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def progress(self) -> DisclosureProgress:
        """Progress, derived from the recorded dates."""
        if self.replied_at is not None:
            return DisclosureProgress.ANSWERED
        if self.asked_at is not None and self.completed_at is None:
            return DisclosureProgress.INCOMPLETE if self.given_up_at is None else DisclosureProgress.GIVEN_UP
        return DisclosureProgress.AWAITED if self.extended_at is None else DisclosureProgress.EXTENDED


class DisclosureRemedy(RemedyRecord):
    """Reconsideration or suit against a reply. If it sets the reply aside, the old reply is kept here and a new one is due."""

    request = models.ForeignKey(DisclosureRequest, models.CASCADE, related_name="remedies", verbose_name="政府信息公开申请")
    was_outcome = models.CharField("原答复类型", max_length=12, choices=DisclosureOutcome, blank=True)
    was_withheld = models.CharField("原不予公开的依据", max_length=12, choices=Withheld, blank=True)
    was_reply = models.TextField("原答复内容", blank=True)
    was_served_on = models.DateField("原答复送达日期", null=True, blank=True)

    class Meta(RemedyRecord.Meta):
        verbose_name = "政府信息公开答复的复议和诉讼"
        constraints: ClassVar = [
            *RemedyRecord.Meta.constraints,
            models.UniqueConstraint(fields=["request", "kind"], condition=~Q(status=RemedyState.CLOSED), name="disclosureremedy_one_open"),
            models.CheckConstraint(
                condition=Q(was_outcome="", was_reply="") | (Q(status=RemedyState.CLOSED) & ~Q(was_outcome="") & ~Q(was_reply="")),
                name="disclosureremedy_keeps_what_was",
            ),
        ]

    @property
    def is_demo(self) -> bool:
        """Whether it is fiction, as its request."""
        return self.request.is_demo

    @property
    def matter(self) -> DisclosureRequest:
        """The request whose reply is contested."""
        return self.request

    @property
    def reply_served_on(self) -> dt.date | None:
        """Day on which the contested reply was served; None if not recorded."""
        about_this = (self.request.reply_number, self.request.replied_on) == (self.against_number, self.against_on)
        return self.request.served_on if about_this else self.was_served_on

    @property
    def carried(self) -> dict[str, Any]:
        """Fields that an appeal copies from its suit."""
        return super().carried | {"request": self.request}

    @staticmethod
    def outcome_word(outcome: str) -> str:
        """Label of an outcome, worded for replies; the labels of the enum are worded for titles."""
        return OUTCOME_WORDS.get(outcome) or RemedyRecord.outcome_word(outcome)

    def get_outcome_display(self) -> str:  # type: ignore[no-redef]  # Django takes the one that a model has
        """Label of the outcome; empty while there is none."""
        return self.outcome_word(self.outcome) if self.outcome else ""


class YearlyDisclosureReport(models.Model):
    """政府信息公开工作年度报告 of a year (条例第四十九条), which is written and published outside the portal: its day and address."""

    year = models.PositiveSmallIntegerField("年度")
    published_on = models.DateField("公布日期", help_text="向社会公布的日期；登记有误的再登记一次")
    address = models.URLField("公布的网址", max_length=ADDRESS)
    is_demo = models.BooleanField("演示数据", default=False)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "政府信息公开工作年度报告"
        ordering = ("-year", "is_demo")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "is_demo"], name="one_disclosure_report_a_year"),
            models.CheckConstraint(condition=Q(published_on__year__gt=F("year")), name="disclosure_report_after_its_year"),
        ]

    def __str__(self) -> str:
        return f"{self.year}年政府信息公开工作年度报告"
