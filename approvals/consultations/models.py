"""Consultation of a department about a case, with its answer and the kinds of opinion."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case, PaperEntry
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of
from greendistrict.documents.models import Evidence


class OpinionKind(models.TextChoices):
    """Kinds of opinions of a consulted department."""

    AGREES = "agrees", "无不同意见"
    REMARKS = "remarks", "有修改意见"
    OBJECTS = "objects", "不同意"


# Departments may be consulted from receipt to 审定; those consulted may still answer while the applicant makes corrections.
CONSULTED = frozenset(
    {
        CaseState.SENT,
        CaseState.CONSULTING,
        CaseState.ACCEPTED,
        CaseState.VISITING,
        CaseState.REVIEWING,
        CaseState.REVIEWED,
        CaseState.NOTICE,
        CaseState.CHECKING,
        CaseState.LEGAL,
        CaseState.DECIDING,
    }
)
ANSWERED_IN = CONSULTED | {CaseState.CORRECTING, CaseState.REVISING}
UNANSWERED = models.Q(answered_at__isnull=True, dropped_at__isnull=True)
AWAITED = models.Q(UNANSWERED, case__status__in=ANSWERED_IN)


class Consultation(models.Model):
    """部门意见: question to a partner department, due date and answer. No answer leads to a reminder; it never counts as consent."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="consultations")
    department = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name="部门")
    question = models.TextField("征询内容")
    asked_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="征询人")
    asked_at = models.DateTimeField("征询时间")
    due = models.DateField("期限")
    opinion = models.CharField("意见", max_length=10, choices=OpinionKind, blank=True)
    text = models.TextField("意见内容", blank=True)
    document = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复函扫描件")
    answered_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.PARTNER, Role.CITY_OFFICER),
        null=True,
        blank=True,
        related_name="+",
        verbose_name="答复人",
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
        """Whether the answer is awaited (same condition as ``AWAITED``): neither given nor cancelled, and the case is undecided."""
        return self.answered_at is None and self.dropped_at is None and self.case.status in ANSWERED_IN
