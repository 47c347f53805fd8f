"""Correspondence between city and applicant about a case: files of answers, a wider second round, 预评审 questions."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.cases.checklist import FINDING_SLOTS
from approvals.cases.models.cases import Case, Correction, Finding
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
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
