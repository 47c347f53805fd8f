"""What a panel asked for, closed one by one."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from approvals.models.cases import Case
from assessments.enums import CommentKind
from assessments.models import Review
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of
from greendistrict.documents.models import Evidence

OPINION_STATES = ("open", "replied", "closed")


class ReviewOpinion(models.Model):
    """评审意见的一条: bound to a clause of the locked edition; the responsible body replies, officer or secretary compare and close.

    ``organisation`` is the responsible body where it takes part in the portal, ``body`` its name or that of a body outside.
    No expert is named: the panel signs the opinion as a whole.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="review_opinions")
    review = models.ForeignKey(Review, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField("序号")
    field = models.CharField("领域", max_length=60)
    item_id = models.CharField("条文号", max_length=20)
    item_title = models.CharField("条文", max_length=200)
    text = models.TextField("意见")
    kind = models.CharField("性质", max_length=8, choices=CommentKind)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="平台内责任单位")
    body = models.CharField("责任单位", max_length=120)
    status = models.CharField("状态", max_length=10, default="open")
    drawn_up_at = models.DateTimeField("列入时间")
    reply = models.TextField("答复", blank=True)
    document = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="附件")
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="答复人")
    note = models.CharField("复核意见", max_length=500, blank=True)
    checked_at = models.DateTimeField("复核时间", null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "评审意见条目"
        ordering = ("case", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="review_opinion_number_once"),
            models.CheckConstraint(condition=~models.Q(item_id=""), name="review_opinion_bound_to_clause"),
            models.CheckConstraint(condition=models.Q(status="open") | ~models.Q(reply=""), name="review_opinion_replied"),
            one_of("status", OPINION_STATES, name="review_opinion_status_known"),
            one_of("kind", CommentKind.values, name="review_opinion_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.case} 评审意见第{self.number}条"

    @property
    def is_demo(self) -> bool:
        """Fiction lives in fictional districts only."""
        return self.case.is_demo

    @property
    def timeline_scope(self) -> str:
        """Groups with the district."""
        return self.case.timeline_scope
