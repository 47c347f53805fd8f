"""Files that an expert attaches to a score, and scores received on paper."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.reviews.enums import PaperState
from assessments.reviews.models.review import ExpertScore, PanelMember
from greendistrict.core.constraints import one_of
from greendistrict.documents.models import Evidence

PAPER_STATES = tuple(PaperState)


class ScoreFile(models.Model):
    """A file attached to a clause by an expert, stored without author metadata."""

    score = models.ForeignKey(ExpertScore, models.PROTECT, related_name="files")
    document = models.OneToOneField(Evidence, models.PROTECT, related_name="+", verbose_name="附件")

    class Meta:
        verbose_name = "评审附件"
        ordering = ("pk",)

    def __str__(self) -> str:
        return str(self.document)


class PaperScores(models.Model):
    """A member's scores on paper, typed by the secretariat; they count only after a second person's check.

    ``entries`` holds by clause the typed judgement, points, comment and comment_kind; ``scan`` is the scanned paper if there is one.
    """

    member = models.OneToOneField(PanelMember, models.PROTECT, related_name="paper", verbose_name="席位")
    status = models.CharField("状态", max_length=10, default="typing")
    entries = models.JSONField("录入内容", default=dict)
    scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="扫描件")
    typed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="录入人")
    typed_at = models.DateTimeField("录入时间")
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人")
    checked_at = models.DateTimeField("复核时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "纸质评分"
        constraints: ClassVar = [
            one_of("status", PAPER_STATES, name="paper_status_known"),
            models.CheckConstraint(condition=~models.Q(checked_by=models.F("typed_by")), name="paper_checked_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.member} 纸质评分"
