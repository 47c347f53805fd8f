"""Cases, endorsement, corrections, notices, announcement batches, titles."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.enums import CaseKind, EndorsementMode, TitleEnd, TitleKind
from assessments.models import Review, ScoreTable
from districts.enums import Certainty, Star
from districts.models import District
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import between, one_of, ordered
from greendistrict.documents.models import Evidence

APPLICATION_STATES = (
    "draft", "signing", "endorsing", "sent", "correcting", "accepted", "reviewing", "reviewed", "notice", "checking", "deciding",
    "decided", "announced", "refused", "failed", "withdrawn",
)  # fmt: skip


class Case(models.Model):
    """One procedure of one district. The application's content lives in ``districts``; here are steps, dates and numbers."""

    kind = models.CharField("类别", max_length=2, choices=CaseKind)
    number = models.CharField("编号", max_length=20, unique=True, null=True, blank=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="cases", verbose_name="城区")
    applicant = models.ForeignKey(Organisation, models.PROTECT, related_name="cases", verbose_name="申报主体")
    status = models.CharField("状态", max_length=20, default="draft")
    table = models.OneToOneField(ScoreTable, models.PROTECT, null=True, blank=True, related_name="case", verbose_name="评分表")
    review = models.OneToOneField(Review, models.PROTECT, null=True, blank=True, related_name="case", verbose_name="评审")
    endorsement_mode = models.CharField(
        "批复方式", max_length=24, choices=EndorsementMode, default=EndorsementMode.COMPANY_OR_BUREAU
    )
    star_asked = models.PositiveSmallIntegerField("申报星级", choices=Star, null=True, blank=True)
    star_found = models.PositiveSmallIntegerField("评定星级", choices=Star, null=True, blank=True)
    reasons = models.JSONField("宜类条件未满足的理由", default=dict, blank=True, help_text="rule id → reason")
    created_at = models.DateTimeField("建立时间")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="填报人")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    sent_at = models.DateTimeField("报送时间", null=True, blank=True)
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    decided_on = models.DateField("审定日期", null=True, blank=True)
    decision_number = models.CharField("决定文号", max_length=60, blank=True)
    decision_scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定扫描件")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "办件"
        ordering = ("-created_at", "-pk")
        constraints: ClassVar = [
            one_of("kind", CaseKind.values, name="case_kind_known"),
            one_of("status", APPLICATION_STATES, name="case_status_known"),
            one_of("endorsement_mode", EndorsementMode.values, name="case_endorsement_mode_known"),
            between("star_asked", 1, 3, name="case_star_asked_1_3"),
            between("star_found", 1, 3, name="case_star_found_1_3"),
            models.UniqueConstraint(
                fields=["district", "kind"],
                condition=~models.Q(status__in=("announced", "refused", "failed", "withdrawn")),
                name="one_open_case_per_kind",
                violation_error_message="这个城区已有同类办件在办",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "-created_at"], name="case_by_status")]

    def __str__(self) -> str:
        return f"{self.district}{self.get_kind_display()}"

    @property
    def timeline_scope(self) -> str:
        """Groups with the district."""
        return f"districts.district:{self.district_id}"


class CaseDocument(models.Model):
    """A file in a numbered slot of the materials checklist."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="documents")
    slot = models.CharField("材料项", max_length=40)
    document = models.ForeignKey(Evidence, models.PROTECT, related_name="+", verbose_name="材料")

    class Meta:
        verbose_name = "办件材料"
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "slot", "document"], name="case_document_once")]

    def __str__(self) -> str:
        return f"{self.slot} {self.document}"


class Endorsement(models.Model):
    """批复 and 报送函: two documents with two dates, recorded by the designated body."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="endorsements")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="实施主体")
    approval_number = models.CharField("批复文号", max_length=60, blank=True)
    approval_on = models.DateField("批复日期", null=True, blank=True)
    approval_scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    letter_number = models.CharField("报送函文号", max_length=60, blank=True)
    letter_on = models.DateField("报送日期", null=True, blank=True)
    letter_scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "批复与报送"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "authority"], name="endorsement_once"),
            ordered("approval_on", "letter_on", name="endorsement_dates_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.approval_number}"


class Correction(models.Model):
    """补正: one notice with everything that is missing."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="corrections")
    round = models.PositiveSmallIntegerField("轮次")
    issued_at = models.DateTimeField("告知时间")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    due = models.DateField("补正期限")
    answered_at = models.DateTimeField("补正时间", null=True, blank=True)

    class Meta:
        verbose_name = "补正告知"
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "round"], name="correction_round_once")]

    def __str__(self) -> str:
        return f"{self.case} 第{self.round}次补正"


class Finding(models.Model):
    """One thing to mend, bound to a slot or to a clause of the locked edition."""

    correction = models.ForeignKey(Correction, models.CASCADE, related_name="findings")
    slot = models.CharField("材料项", max_length=40, blank=True)
    item_id = models.CharField("条文号", max_length=20, blank=True)
    text = models.TextField("问题")
    answer = models.TextField("答复", blank=True)

    class Meta:
        verbose_name = "补正事项"
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(slot="", item_id=""), name="finding_bound_to_slot_or_clause"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Notice(models.Model):
    """公示: open from ``opens_on`` to ``closes_on`` inclusive."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容")
    opens_on = models.DateField("开始")
    closes_on = models.DateField("截止")

    class Meta:
        verbose_name = "公示"
        ordering = ("-opens_on",)
        constraints: ClassVar = [ordered("opens_on", "closes_on", name="notice_dates_ordered")]

    def __str__(self) -> str:
        return self.title


class Objection(models.Model):
    """An objection filed during a notice; anonymous ones are kept as leads."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="objections")
    name = models.CharField("姓名或单位", max_length=60, blank=True)
    contact = models.CharField("联系方式", max_length=100, blank=True)
    text = models.TextField("意见")
    filed_at = models.DateTimeField("时间")
    reply = models.TextField("答复", blank=True)
    held = models.BooleanField("成立", null=True, blank=True)
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "异议"

    def __str__(self) -> str:
        return self.text[:40]


class Announcement(models.Model):
    """公告 numbered by year and batch (2024年第五批); may name several districts."""

    year = models.PositiveSmallIntegerField("年份")
    batch = models.PositiveSmallIntegerField("批次")
    number = models.CharField("文号", max_length=60, blank=True)
    title = models.CharField("标题", max_length=200)
    status = models.CharField("状态", max_length=10, default="draft")
    announced_on = models.DateField("公告日期", null=True, blank=True)
    source = models.CharField("出处", max_length=300, blank=True)
    historic = models.BooleanField("历史补录", default=False)
    is_demo = models.BooleanField("演示数据", default=False)

    class Meta:
        verbose_name = "公告批次"
        ordering = ("-year", "-batch")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["year", "batch", "is_demo"], name="announcement_batch_once"),
            one_of("status", ("draft", "published"), name="announcement_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.year}年第{self.batch}批"


class Title(models.Model):
    """称号: granted, cancelled, revoked, never deleted."""

    district = models.ForeignKey(District, models.PROTECT, related_name="titles", verbose_name="城区")
    kind = models.CharField("称号", max_length=14, choices=TitleKind)
    star = models.PositiveSmallIntegerField("星级", choices=Star, null=True, blank=True)
    number = models.CharField("编号", max_length=40, blank=True)
    edition_text = models.CharField("适用标准", max_length=60, blank=True)
    announcement = models.ForeignKey(Announcement, models.PROTECT, null=True, blank=True, related_name="titles")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="titles")
    granted_on = models.DateField("授予日期", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    end = models.CharField("终止方式", max_length=12, choices=TitleEnd, blank=True)
    historic = models.BooleanField("历史补录", default=False)
    policy = models.CharField("依据文件", max_length=60)
    source = models.CharField("出处", max_length=500, blank=True)
    certainty = models.CharField("确定程度", max_length=10, choices=Certainty, default=Certainty.SOURCED)

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
            models.CheckConstraint(
                condition=models.Q(historic=True) | models.Q(case__isnull=False), name="title_has_decision_behind_it"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district} {self.get_kind_display()}"
