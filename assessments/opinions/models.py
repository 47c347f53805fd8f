"""Models of panel opinions: fields common to all matters."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from assessments.common.enums import CommentKind
from assessments.reviews.models import Review
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation
from greendistrict.core.constraints import one_of
from greendistrict.documents.models import Evidence
from greendistrict.notifications.enums import Message


class OpinionState(models.TextChoices):
    """States of a panel opinion, whatever the panel judged."""

    OPEN = "open", "待答复"
    REPLIED = "replied", "待复核"
    CLOSED = "closed", "已销号"


OPINION_STATES = tuple(OpinionState)


class PanelOpinion(models.Model):
    """One line of a panel's opinion (评审意见), tied to a clause of the locked edition.

    The responsible body replies; 经办 or secretariat check and close it. ``organisation`` is the responsible body if it uses the portal;
    ``body`` is its name, or the name of another body. No expert is named, because the panel signs the opinion as a whole. ``matter`` is
    what the panel judged; it has ``district``, ``applicant``, ``number``, ``status`` and its lines as ``review_opinions``. ``PAGE`` names
    the URL of the list; ``TODO`` and ``MOVED`` are the message kinds for those who must act and those who are informed.
    """

    MATTER: ClassVar[str]
    PAGE: ClassVar[str]
    TODO: ClassVar[Message]
    MOVED: ClassVar[Message]

    review = models.ForeignKey(Review, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField("序号")
    field = models.CharField("领域", max_length=60)
    item_id = models.CharField("条文号", max_length=20)
    item_title = models.CharField("条文", max_length=200)
    text = models.TextField("意见")
    kind = models.CharField("性质", max_length=8, choices=CommentKind)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="平台内责任单位")
    body = models.CharField("责任单位", max_length=120, help_text="上面没有的单位填写名称，由申报主体转告，并代为答复")
    status = models.CharField("状态", max_length=10, default="open")
    drawn_up_at = models.DateTimeField("列入时间")
    reply = models.TextField("答复", blank=True)
    document = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="附件")
    replied_at = models.DateTimeField("答复时间", null=True, blank=True)
    replied_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.PREPARER, Role.REVIEWER),
        null=True,
        blank=True,
        related_name="+",
        verbose_name="答复人",
    )
    note = models.CharField("复核意见", max_length=500, blank=True, help_text="退回时写明还须补充什么")
    checked_at = models.DateTimeField("复核时间", null=True, blank=True)
    checked_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    version = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.matter} 评审意见第{self.number}条"

    @property
    def matter(self) -> Any:
        """The matter that the panel judged."""
        return getattr(self, self.MATTER)

    @property
    def is_demo(self) -> bool:
        """Whether it belongs to a demo district."""
        return bool(self.matter.district.is_demo)

    @property
    def timeline_scope(self) -> str:
        """Groups the entry with its district on the timeline."""
        return str(self.matter.timeline_scope)


def opinion_constraints(matter: str, name: str) -> list[models.BaseConstraint]:
    """Constraints common to all kinds: unique number, tied to a clause, replied before checked."""
    return [
        models.UniqueConstraint(fields=[matter, "number"], name=f"{name}_number_once"),
        models.CheckConstraint(condition=~models.Q(item_id=""), name=f"{name}_bound_to_clause"),
        models.CheckConstraint(condition=models.Q(status=OpinionState.OPEN) | ~models.Q(reply=""), name=f"{name}_replied"),
        one_of("status", OPINION_STATES, name=f"{name}_status_known"),
        one_of("kind", CommentKind.values, name=f"{name}_kind_known"),
    ]
