"""Exchanged about a case: files of answers, a wider second round, 预评审 questions, notices with objections; runs of bulk work."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.cases.checklist import FINDING_SLOTS
from approvals.cases.models.cases import Case, Correction, Finding
from approvals.common.enums import BulkKind
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of, ordered
from greendistrict.core.encrypted import EncryptedTextField
from greendistrict.documents.models import Evidence


class FindingFile(models.Model):
    """A new file that answers a finding; the file submitted before stays in its receipt by digest."""

    finding = models.ForeignKey(Finding, models.CASCADE, related_name="files")
    document = models.ForeignKey(Evidence, models.PROTECT, related_name="+", verbose_name="材料")

    class Meta:
        verbose_name = "补正答复材料"
        ordering = ("finding", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["finding", "document"], name="finding_file_once")]

    def __str__(self) -> str:
        return f"{self.finding} {self.document}"


class CorrectionOpening(models.Model):
    """The director's permission for findings beyond those of the first round; the next round uses it up."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="correction_openings")
    reason = models.TextField("理由")
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_DIRECTOR,), related_name="+", verbose_name="审定人")
    at = models.DateTimeField("时间")
    used_by = models.OneToOneField(Correction, models.PROTECT, null=True, blank=True, related_name="opening")

    class Meta:
        verbose_name = "放开补正范围"
        ordering = ("case", "pk")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="correction_opening_reasoned"),
            models.UniqueConstraint(fields=["case"], condition=models.Q(used_by__isnull=True), name="correction_opening_one_unused"),
        ]

    def __str__(self) -> str:
        return f"{self.case} 放开补正范围"


class PreReviewQuestion(models.Model):
    """预评审: one question, bound to a slot or a clause; sent together, answered one by one."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField("序号")
    slot = models.CharField("材料项", max_length=40, blank=True)
    item_id = models.CharField("条文号", max_length=20, blank=True)
    text = models.TextField("问题")
    asked_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER, Role.SECRETARIAT), related_name="+", verbose_name="提出人"
    )
    asked_at = models.DateTimeField("提出时间")
    answer = models.TextField("答复", blank=True)
    answered_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.PREPARER, Role.CONSULTANT),
        null=True,
        blank=True,
        related_name="+",
        verbose_name="答复人",
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "预评审问题"
        ordering = ("case", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="prereview_number_once"),
            models.CheckConstraint(
                condition=(models.Q(slot="") & ~models.Q(item_id="")) | (~models.Q(slot="") & models.Q(item_id="")),
                name="prereview_bound_to_slot_or_clause",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} 预评审{self.number}"

    @property
    def bound_label(self) -> str:
        """What the question refers to, in words."""
        return FINDING_SLOTS.get(self.slot, self.slot) if self.slot else f"条文{self.item_id}"


class Notice(models.Model):
    """公示: open from ``opens_on`` to ``closes_on`` inclusive.

    ``facts``: what is published of the plan, as ``[label, value with unit]``, frozen when the notice was opened; empty if nothing is.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    title = models.CharField("标题", max_length=200)
    body = models.TextField("内容")
    opens_on = models.DateField("开始")
    closes_on = models.DateField("截止")
    facts = models.JSONField("规划概况", default=list, blank=True, db_default=models.Value([], output_field=models.JSONField()))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)

    class Meta:
        verbose_name = "公示"
        ordering = ("-opens_on",)
        constraints: ClassVar = [ordered("opens_on", "closes_on", name="notice_dates_ordered")]

    def __str__(self) -> str:
        return self.title


class Objection(models.Model):
    """An objection to a notice; an anonymous one is kept as a lead and not answered."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="objections")
    name = models.CharField("姓名或单位", max_length=60, blank=True)
    contact = EncryptedTextField("联系方式", blank=True)
    text = models.TextField("意见")
    origin = models.CharField(max_length=64, blank=True, editable=False, help_text="keyed digest of the sender's address")
    filed_at = models.DateTimeField("时间")
    reply = models.TextField("答复", blank=True)
    held = models.BooleanField("成立", null=True, blank=True)
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    replied_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "异议"
        ordering = ("filed_at", "pk")
        indexes: ClassVar = [models.Index(fields=["origin", "filed_at"], name="objection_by_origin")]

    def __str__(self) -> str:
        return self.text[:40]


class BulkRun(models.Model):
    """One bulk action: included items, and excluded ones with the reason. ``items``: ``{"pk", "label", "out"}``."""

    kind = models.CharField("事项", max_length=12, choices=BulkKind)
    items = models.JSONField("清单", default=list)
    note = models.CharField("说明", max_length=300, blank=True)
    by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="办理人")
    at = models.DateTimeField("办理时间")
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="撤销人"
    )

    class Meta:
        verbose_name = "批量办理"
        ordering = ("-at", "-pk")
        constraints: ClassVar = [one_of("kind", BulkKind.values, name="bulk_run_kind_known")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{self.done}件"

    @property
    def done(self) -> int:
        """Number of items that were executed."""
        return sum(not item.get("out") for item in self.items)


class Archive(models.Model):
    """存查: marks a closed case as finished with. Undoing it deletes the row. Not to be confused with an archive volume (案卷)."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="archive")
    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="archives")
    at = models.DateTimeField("存查时间")

    class Meta:
        verbose_name = "存查"

    def __str__(self) -> str:
        return f"{self.case} 存查"
