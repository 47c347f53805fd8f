"""An opinion of the panel of a stage assessment."""

from typing import ClassVar

from django.db import models

from assessments.opinions.models import PanelOpinion, opinion_constraints
from assessments.stage_assessments.models.stage import StageAssessment
from greendistrict.notifications.enums import Message


class StageOpinion(PanelOpinion):
    """One requirement or suggestion from the panel of a stage assessment."""

    MATTER, PAGE = "stage", "assessments:stage_opinions"
    TODO, MOVED = Message.STAGE_TODO, Message.STAGE_MOVED
    stage = models.ForeignKey(StageAssessment, models.PROTECT, related_name="review_opinions")

    class Meta:
        verbose_name = "阶段评估意见条目"
        ordering = ("stage", "number")
        constraints: ClassVar = opinion_constraints("stage", "stage_opinion")
