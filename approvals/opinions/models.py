"""Panel opinions on a case, each to be answered and closed."""

from typing import ClassVar

from django.db import models

from approvals.cases.models.cases import Case
from assessments.opinions.models import PanelOpinion, opinion_constraints
from greendistrict.notifications.enums import Message


class ReviewOpinion(PanelOpinion):
    """One line of what the panels of a case asked for; what an earlier panel asked for stays on the list."""

    MATTER, PAGE = "case", "approvals:case_opinions"
    TODO, MOVED = Message.CASE_TODO, Message.CASE_MOVED
    case = models.ForeignKey(Case, models.PROTECT, related_name="review_opinions")

    class Meta:
        verbose_name = "评审意见条目"
        ordering = ("case", "number")
        constraints: ClassVar = opinion_constraints("case", "review_opinion")
