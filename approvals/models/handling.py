"""What the city does beside the steps of a case: asks departments, fixes whose 批复 is needed, prolongs notices, works in bulk."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.enums import BulkKind, EndorsementMode, OpinionKind
from approvals.models.cases import Case
from approvals.models.publicity import Notice
from approvals.models.requests import PaperEntry
from districts.enums import Certainty
from districts.models import District
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of, ordered
from greendistrict.documents.models import Evidence


class EndorsementChoice(models.Model):
    """Whose 批复 a case needs, as it was fixed by a person with a reason; the newest counts and stands at the case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="endorsement_choices")
    before = models.CharField("原方式", max_length=24, choices=EndorsementMode)
    mode = models.CharField("批复方式", max_length=24, choices=EndorsementMode)
    reason = models.TextField("理由")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="确认人")
    at = models.DateTimeField("确认时间")

    class Meta:
        verbose_name = "批复方式确认"
        ordering = ("case", "pk")
        constraints: ClassVar = [
            one_of("mode", EndorsementMode.values, name="endorsement_choice_mode_known"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="endorsement_choice_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_mode_display()}"


# From receipt to 审定 departments may be asked; while the applicant mends something those asked may still answer.
CONSULTED = frozenset({"sent", "consulting", "accepted", "visiting", "reviewing", "reviewed", "notice", "checking", "legal", "deciding"})
ANSWERED_IN = CONSULTED | {"correcting", "revising"}
UNANSWERED = models.Q(answered_at__isnull=True, dropped_at__isnull=True)
AWAITED = models.Q(UNANSWERED, case__status__in=ANSWERED_IN)


class Consultation(models.Model):
    """部门意见: what a partner department is asked, by when, and what it said. Silence is reminded, never consent."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="consultations")
    department = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="部门")
    question = models.TextField("征询内容")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="征询人")
    asked_at = models.DateTimeField("征询时间")
    due = models.DateField("期限")
    opinion = models.CharField("意见", max_length=10, choices=OpinionKind, blank=True)
    text = models.TextField("意见内容", blank=True)
    document = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复函扫描件")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人"
    )
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)
    dropped_at = models.DateTimeField("撤销时间", null=True, blank=True, help_text="the case went back before it was answered")
    entry = models.OneToOneField(PaperEntry, models.PROTECT, null=True, blank=True, related_name="consultation")

    class Meta:
        verbose_name = "部门意见"
        ordering = ("case", "pk")
        constraints: ClassVar = [
            one_of("opinion", OpinionKind.values, name="consultation_opinion_known", blank=True),
            models.UniqueConstraint(
                fields=["case", "department"],
                condition=UNANSWERED,
                name="consultation_one_open",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["due"], name="consultation_open", condition=models.Q(answered_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.case} 征询{self.department}"

    @property
    def is_awaited(self) -> bool:
        """Whether the opinion is still awaited, as ``AWAITED``: neither given nor called off, and the case is not decided."""
        return self.answered_at is None and self.dropped_at is None and self.case.status in ANSWERED_IN


class NoticeExtension(models.Model):
    """A notice prolonged because an objection holds; the notice carries the new last day."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="extensions")
    was = models.DateField("原截止")
    until = models.DateField("延至")
    reason = models.TextField("理由")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "公示延期"
        ordering = ("notice", "pk")
        constraints: ClassVar = [
            ordered("was", "until", name="notice_extension_is_later"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="notice_extension_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.notice} 延至{self.until}"


class BulkRun(models.Model):
    """One bulk action as it was carried out: what was done, what dropped out and why. ``items``: ``{"pk", "label", "out"}``."""

    kind = models.CharField("事项", max_length=12, choices=BulkKind)
    items = models.JSONField("清单", default=list)
    note = models.CharField("说明", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="办理人")
    at = models.DateTimeField("办理时间")
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="撤销人")

    class Meta:
        verbose_name = "批量办理"
        ordering = ("-at", "-pk")
        constraints: ClassVar = [one_of("kind", BulkKind.values, name="bulk_run_kind_known")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{self.done}件"

    @property
    def done(self) -> int:
        """How many items were carried out."""
        return sum(not item.get("out") for item in self.items)


class Archive(models.Model):
    """归档: a closed case put away; taking it back deletes the row."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="archive")
    run = models.ForeignKey(BulkRun, models.PROTECT, related_name="archives")
    at = models.DateTimeField("归档时间")

    class Meta:
        verbose_name = "归档"

    def __str__(self) -> str:
        return f"{self.case} 归档"


class HistoricSelfCheck(models.Model):
    """历史补录: an old self-check as it lies in the files: scanned, never scored, with source and certainty."""

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
