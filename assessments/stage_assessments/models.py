"""Models of the stage assessment."""

import datetime as dt
from enum import StrEnum
from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.common.enums import StageConclusion
from assessments.opinions.models import PanelOpinion, opinion_constraints
from assessments.reviews.models import Review
from assessments.tables.models import ScoreTable
from districts.file.models.district import District, InDistrict
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of
from greendistrict.core.days import day_in_words
from greendistrict.notifications.enums import Message


class StageState(StrEnum):
    """States of a stage assessment."""

    DRAFT = "draft"
    SIGNING = "signing"
    FILED = "filed"
    REVIEWING = "reviewing"
    JUDGING = "judging"
    CHECKING = "checking"
    DECIDING = "deciding"
    QUALIFIED = "qualified"
    RECTIFYING = "rectifying"
    RECHECKING = "rechecking"
    MENDED = "mended"
    UNMENDED = "unmended"


ENDED = (StageState.QUALIFIED, StageState.MENDED, StageState.UNMENDED)
CONCLUDED = (
    StageState.QUALIFIED,
    StageState.RECTIFYING,
    StageState.RECHECKING,
    StageState.MENDED,
    StageState.UNMENDED,
)  # decided, whatever the conclusion
UNFILED = (StageState.DRAFT, StageState.SIGNING)
FOUND_UNQUALIFIED = (
    StageState.RECTIFYING,
    StageState.RECHECKING,
    StageState.MENDED,
    StageState.UNMENDED,
)  # rectification under way or over


# The stage assessment every three years (三年一评估, 八（二）): score table, mechanisms, panel, conclusion, rectification.

STAGE_STATES = tuple(StageState)


def name_of(number: int | None, due: dt.date) -> str:
    """Name of an assessment by its number in the cycle; an early one, without a number, is named by its day."""
    called = f"{day_in_words(due)}提前组织的"
    return f"{called if number is None else f'第{number}次'}阶段评估"


class StageAssessment(InDistrict, models.Model):
    """A stage assessment: one point of a district's three-year cycle, or an early assessment outside the cycle.

    ``due`` is the day of the cycle without rolling to a working day, or the day an early assessment was ordered; ``year`` is the year
    whose targets are checked. ``round`` is the number in the cycle (每三年, 八（二）), unique in a district; an early one has none.

    ``mechanism`` is the district's report on each mechanism of 七（三）1 (``{"state", "text"}``), ``judged`` the city's finding
    (``{"holds", "note"}``); ``figures`` are the operation results at filing; ``verdict`` keeps the three aspects as computed when the
    conclusion was proposed. A re-check after rectification is not a new assessment: ``conclusion`` stays as decided.
    """

    number = models.CharField("编号", max_length=20, unique=True, null=True, blank=True)
    district = models.ForeignKey(District, models.PROTECT, related_name="stage_assessments", verbose_name="城区")
    round = models.PositiveSmallIntegerField("期次", null=True)
    due = models.DateField("周期到期日")
    year = models.PositiveSmallIntegerField("目标年度")
    table = models.OneToOneField(ScoreTable, models.PROTECT, related_name="stage_assessment", verbose_name="评分表")
    review = models.OneToOneField(Review, models.PROTECT, null=True, blank=True, related_name="stage_assessment", verbose_name="专家评审")
    status = models.CharField("状态", max_length=20, default="draft")
    mechanism = models.JSONField("管理机制", default=dict)
    figures = models.JSONField("运营数据", default=list)
    judged = models.JSONField("管理机制核定", default=dict)
    visited_on = models.DateField("现场核查日期", null=True, blank=True, help_text="没有现场核查可不填")
    visit_note = models.TextField("现场核查记录", blank=True)
    verdict = models.JSONField("判定", default=dict)
    conclusion = models.CharField("结论", max_length=12, choices=StageConclusion, blank=True)
    opinion = models.TextField("评估意见", blank=True)
    handed_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="送审人"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="拟定人"
    )
    opened_at = models.DateTimeField("开放时间")
    filed_at = models.DateTimeField("报送时间", null=True, blank=True)
    concluded_at = models.DateTimeField("结论时间", null=True, blank=True)
    rectify_due = models.DateField("整改期限", null=True, blank=True)
    extension_asked = models.CharField("延期申请理由", max_length=500, blank=True)
    extended = models.BooleanField("已延期", default=False)
    rectification = models.TextField("整改报告", blank=True, help_text="逐项写明整改措施和结果")
    rectified_at = models.DateTimeField("整改报送时间", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "阶段评估"
        ordering = ("-due", "district")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "due"], name="stage_assessment_once_a_cycle"),
            models.UniqueConstraint(fields=["district", "round"], name="stage_assessment_round_once"),
            one_of("status", STAGE_STATES, name="stage_assessment_status_known"),
            one_of("conclusion", StageConclusion.values, name="stage_conclusion_known", blank=True),
        ]

    def __str__(self) -> str:
        return f"{self.district}{self.name}"

    @property
    def name(self) -> str:
        """第1次阶段评估; an early assessment is named by its day, because it has no number in the cycle."""
        return name_of(self.round, self.due)

    @property
    def applicant(self) -> Organisation | None:
        """The district's current applicant."""
        return self.district.applicant

    @property
    def applicant_id(self) -> int | None:
        """Primary key of ``applicant``."""
        return self.district.applicant_id


# An opinion of the panel of a stage assessment.


class StageOpinion(PanelOpinion):
    """One requirement or suggestion from the panel of a stage assessment."""

    MATTER, PAGE = "stage", "assessments:stage_opinions"
    TODO, MOVED = Message.STAGE_TODO, Message.STAGE_MOVED
    stage = models.ForeignKey(StageAssessment, models.PROTECT, related_name="review_opinions")

    class Meta:
        verbose_name = "阶段评估意见条目"
        ordering = ("stage", "number")
        constraints: ClassVar = opinion_constraints("stage", "stage_opinion")
