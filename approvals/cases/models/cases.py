"""Cases and their papers: documents, endorsements, corrections, frozen submissions.

Also here: Matters of a case that arrived on paper and were entered by the city. Frozen dossier of a decision: every part with its digest,
so that a later change of any record can be located.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.cases.checklist import FINDING_SLOTS
from approvals.cases.enums import CaseState
from approvals.common.enums import CaseKind, DossierStep, EndorsementMode, EntryWay
from approvals.common.wording import EDITION_LOCKED
from assessments.reviews.models import Review
from assessments.tables.models import ScoreTable
from districts.common.enums import Star
from districts.file.models.district import District, InDistrict
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import between, one_of, ordered
from greendistrict.documents.models import Evidence

# Closed states of any kind of case, and all states of the four machines.
CLOSED_STATES = (
    CaseState.ANNOUNCED,
    CaseState.REFUSED,
    CaseState.FAILED,
    CaseState.WITHDRAWN,
    CaseState.DISCARDED,
    CaseState.APPROVED,
    CaseState.DROPPED,
)
CASE_STATES = tuple(CaseState)


class Case(InDistrict, models.Model):
    """One procedure of one district, with its state, dates and numbers. What is applied for is stored in ``districts``."""

    kind = models.CharField("类别", max_length=2, choices=CaseKind)
    number = models.CharField("编号", max_length=20, unique=True, null=True, blank=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="cases", verbose_name="城区")
    applicant = models.ForeignKey(Organisation, models.PROTECT, related_name="cases", verbose_name="申报主体")
    status = models.CharField("状态", max_length=20, default="draft")
    table = models.OneToOneField(ScoreTable, models.PROTECT, null=True, blank=True, related_name="case", verbose_name="评分表")
    review = models.OneToOneField(Review, models.PROTECT, null=True, blank=True, related_name="case", verbose_name="评审")
    endorsement_mode = models.CharField("批复单位", max_length=24, choices=EndorsementMode, default=EndorsementMode.COMPANY_OR_BUREAU)
    star_asked = models.PositiveSmallIntegerField("申报星级", choices=Star, null=True, blank=True)
    star_found = models.PositiveSmallIntegerField("评定星级", choices=Star, null=True, blank=True)
    reasons = models.JSONField("宜类条件未满足的理由", default=dict, blank=True, help_text="rule id → reason")
    originals_checked_on = models.DateField("原件核对日期", null=True, blank=True)
    originals_checked_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="核对人"
    )
    originals_note = models.CharField("核对了哪些原件", max_length=300, blank=True)
    form_review = models.JSONField("形式审查", default=dict, blank=True, help_text='key → {"holds": true, "note": ""}')
    recheck_on = models.DateField("复核日期", null=True, blank=True)
    recheck_note = models.CharField("复核人和意见", max_length=500, blank=True, help_text="写明组长或指定专家的姓名")
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提交审核的填报人"
    )
    created_at = models.DateTimeField("建立时间")
    created_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CITY_OFFICER), related_name="+", verbose_name="填报人"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    sent_at = models.DateTimeField("报送时间", null=True, blank=True)
    accepted_at = models.DateTimeField("受理时间", null=True, blank=True)
    decided_on = models.DateField("审定日期", null=True, blank=True)
    decision_number = models.CharField("决定文号", max_length=60, blank=True, help_text="尚未编定的可以空着，公告或送达前登记")
    decision_scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定扫描件")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "办件"
        ordering = ("-created_at", "-pk")
        constraints: ClassVar = [
            one_of("kind", CaseKind.values, name="case_kind_known"),
            one_of("status", CASE_STATES, name="case_status_known"),
            one_of("endorsement_mode", EndorsementMode.values, name="case_endorsement_mode_known"),
            between("star_asked", 1, 3, name="case_star_asked_1_3"),
            between("star_found", 1, 3, name="case_star_found_1_3"),
            models.UniqueConstraint(
                fields=["district", "kind"],
                condition=~models.Q(status__in=CLOSED_STATES),
                name="one_open_case_per_kind",
                violation_error_message="这个城区已有同类办件在办",
            ),
            models.UniqueConstraint(fields=["decision_number"], condition=~models.Q(decision_number=""), name="case_decision_number_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["status", "-created_at"], name="case_by_status")]

    def __str__(self) -> str:
        return f"{self.district}{self.get_kind_display()}"

    @property
    def machine_name(self) -> str:
        """Name of the machine of the case's kind; the machines of all kinds share this model."""
        return CaseKind(self.kind).machine_name

    @property
    def panel_name(self) -> str:
        """What the experts' review of an application or an acceptance is called; 八（三） knows no 技术审查."""
        return "终期验收评审" if self.kind == CaseKind.ACCEPTANCE else "专家技术审查"

    @property
    def after_form_review(self) -> str:
        """Name of the step that ends the formal review: an acceptance goes on with the visit of the site."""
        return "组织现场核查" if self.kind == CaseKind.ACCEPTANCE else f"提请{self.panel_name}"

    @property
    def is_demo(self) -> bool:
        """Whether the case is demonstration data, like its district."""
        return self.district.is_demo

    @property
    def star_words(self) -> str:
        """The star found by the review, marked where the scores rest on an edition that is not the official standard; empty without one."""
        return f"{self.get_star_found_display() or ''}{self.table.guess if self.star_found and self.table else ''}"

    @property
    def edition_words(self) -> str:
        """The standard of the case's score table, and when it was locked; empty without a table."""
        return f"{self.table.edition.title}，{EDITION_LOCKED}" if self.table else ""

    @property
    def needs_originals(self) -> bool:
        """Whether the city checks the originals because the applicant would otherwise endorse itself."""
        return self.endorsement_mode in {EndorsementMode.COMMITTEE_ITSELF, EndorsementMode.APPLICANT_IS_REGISTRAR}


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
    letter_on = models.DateField("报送函日期", null=True, blank=True)
    letter_scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.AUTHORITY, Role.CITY_OFFICER), null=True, related_name="+"
    )

    class Meta:
        verbose_name = "批复与报送"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "authority"], name="endorsement_once"),
            ordered("approval_on", "letter_on", name="endorsement_dates_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.approval_number}"

    @property
    def missing(self) -> list[str]:
        """What has not been recorded yet, in words."""
        wanted = {
            "批复文号": self.approval_number, "批复日期": self.approval_on, "批复扫描件": self.approval_scan_id,
            "报送函文号": self.letter_number, "报送函日期": self.letter_on, "报送函扫描件": self.letter_scan_id,
        }  # fmt: skip
        return [label for label, value in wanted.items() if not value]


class Correction(models.Model):
    """补正: one notice with all findings."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="corrections")
    round = models.PositiveSmallIntegerField("轮次")
    issued_at = models.DateTimeField("告知时间")
    issued_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+")
    due = models.DateField("补正期限")
    answered_at = models.DateTimeField("补正时间", null=True, blank=True)

    class Meta:
        verbose_name = "补正告知"
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "round"], name="correction_round_once")]

    def __str__(self) -> str:
        return f"{self.case} 第{self.round}次补正"


class Finding(models.Model):
    """One finding of a correction, bound to a slot or a clause of the locked edition."""

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

    @property
    def bound_label(self) -> str:
        """What the finding refers to, in words."""
        return FINDING_SLOTS.get(self.slot, self.slot) if self.slot else f"条文{self.item_id}"


class Submission(models.Model):
    """A submission as frozen: materials with digests, table version, reasons. Never recomputed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField("次")
    content = models.JSONField("内容")
    digest = models.CharField("校验值", max_length=64)
    at = models.DateTimeField("提交时间")
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.REVIEWER,), related_name="+", verbose_name="签发人")

    class Meta:
        verbose_name = "提交回执"
        ordering = ("case", "-number")
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "number"], name="submission_once")]

    def __str__(self) -> str:
        return f"{self.case} 第{self.number}次提交"


ENTERED = {
    "filing": "试点申报", "sign": "签发", "send_up": "报送", "answer": "补正答复", "replies": "预评审答复", "objection": "公示意见",
    "withdraw": "撤回", "statement": "陈述申辩", "extension": "延期申请", "filing_change": "变更申请",
}  # fmt: skip


class PaperEntry(models.Model):
    """代录: a matter that arrived on paper or by phone, entered by the officer: for whom, when it arrived, and the scan."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="paper_entries")
    action = models.CharField("事项", max_length=40)
    way = models.CharField("来件方式", max_length=8, choices=EntryWay)
    received_on = models.DateField("收到日期")
    on_behalf = models.CharField("来件单位和联系人", max_length=100, help_text="单位和姓名")
    scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="原件扫描件")
    note = models.CharField("通话内容和核实情况", max_length=300, blank=True)
    entered_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="录入人")
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        verbose_name = "代录"
        ordering = ("-entered_at", "-pk")
        constraints: ClassVar = [
            one_of("way", EntryWay.values, name="paper_entry_way_known"),
            models.CheckConstraint(condition=~models.Q(way="paper") | models.Q(scan__isnull=False), name="paper_entry_has_its_scan"),
        ]

    def __str__(self) -> str:
        return f"{self.case} 代录"

    @property
    def what(self) -> str:
        """What kind of matter was entered, in words."""
        return ENTERED.get(self.action, self.action)


class DecisionRecord(models.Model):
    """Dossier of a decision as frozen when it was taken, announced or corrected. Never recomputed; the newest counts.

    ``parts``: part key → ``{"digest", "content"}``. ``digest`` covers the digests of the parts and is also stored in the audit record,
    which the database makes append-only.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="decision_records")
    step = models.CharField("环节", max_length=12, choices=DossierStep)
    parts = models.JSONField("组成")
    digest = models.CharField("校验值", max_length=64)
    at = models.DateTimeField("存档时间")
    by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="办理人"
    )

    class Meta:
        verbose_name = "决定存档"
        ordering = ("case", "pk")
        constraints: ClassVar = [one_of("step", DossierStep.values, name="decision_record_step_known")]

    def __str__(self) -> str:
        return f"{self.case} {self.get_step_display()}"
