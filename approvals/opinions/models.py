"""Panel opinions on a case, each to be answered and closed."""

from typing import ClassVar

from django.db import models

from approvals.cases.models.cases import Case
from assessments.opinions.models import PanelOpinion, opinion_constraints
from greendistrict.notifications.enums import Message


class ReviewOpinion(PanelOpinion):
    """One opinion of a case's panels; opinions of an earlier panel stay on the list."""

    MATTER, PAGE = "case", "approvals:case_opinions"
    TODO, MOVED = Message.CASE_TODO, Message.CASE_MOVED
    case = models.ForeignKey(Case, models.PROTECT, related_name="review_opinions")

    class Meta:
        verbose_name = "评审意见条目"
        ordering = ("case", "number")
        constraints: ClassVar = opinion_constraints("case", "review_opinion")
