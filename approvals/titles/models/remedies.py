"""行政复议 and 行政诉讼 against decisions of the city, with stay, reply and outcome as they were served."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.cases.models.cases import Case
from approvals.titles.enums import RESTORING, RemedyKind, RemedyOutcome, RemedyState
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of, ordered
from greendistrict.core.days import day_in_words
from greendistrict.documents.models import Evidence

NUMBER, BODY, GROUND, WORDS = 60, 100, 300, 1000


class Remedy(models.Model):
    """A reconsideration or a suit against the decision of a case; the holder asks for it, another body decides."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="remedies", verbose_name="办件")
    kind = models.CharField("类别", max_length=10, choices=RemedyKind)
    body = models.CharField("受理机关", max_length=BODY)
    number = models.CharField("案号", max_length=NUMBER)
    filed_on = models.DateField("申请或者起诉日期")
    served_on = models.DateField("收到副本日期")
    status = models.CharField("状态", max_length=10, default="open")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="登记人")
    reply_number = models.CharField("答复文号", max_length=NUMBER, blank=True)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    stay_number = models.CharField("停止执行文书文号", max_length=NUMBER, blank=True)
    stay_ground = models.CharField("停止执行的理由", max_length=GROUND, blank=True)
    stayed_on = models.DateField("停止执行日期", null=True, blank=True)
    stay_ended_on = models.DateField("恢复执行日期", null=True, blank=True)
    outcome = models.CharField("结果", max_length=12, choices=RemedyOutcome, blank=True)
    outcome_number = models.CharField("结果文书文号", max_length=NUMBER, blank=True)
    outcome_on = models.DateField("结果生效日期", null=True, blank=True)
    outcome_words = models.TextField("主文", blank=True)
    found_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.CITY_OFFICER,),
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登记结果的人",
    )
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="结果文书")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "行政复议和行政诉讼"
        ordering = ("-filed_on", "-pk")
        constraints: ClassVar = [
            one_of("kind", RemedyKind.values, name="remedy_kind_known"),
            one_of("status", tuple(RemedyState), name="remedy_status_known"),
            one_of("outcome", RemedyOutcome.values, name="remedy_outcome_known", blank=True),
            models.UniqueConstraint(fields=["case", "kind"], condition=~Q(status=RemedyState.CLOSED), name="remedy_one_open"),
            models.UniqueConstraint(fields=["kind", "number"], name="remedy_number_once"),
            ordered("filed_on", "served_on", name="remedy_served_after_filing"),
            ordered("stayed_on", "stay_ended_on", name="remedy_stay_ordered"),
            models.CheckConstraint(
                condition=Q(stayed_on__isnull=True, stay_ended_on__isnull=True, stay_number="")
                | (Q(stayed_on__isnull=False) & ~Q(stay_number="")),
                name="remedy_stay_numbered",
            ),
            models.CheckConstraint(
                condition=Q(status=RemedyState.OPEN) | (~Q(outcome="") & ~Q(outcome_number="") & Q(outcome_on__gte=F("filed_on"))),
                name="remedy_found_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{self.number}"

    @property
    def is_demo(self) -> bool:
        """Whether it is fiction, as its case."""
        return self.case.is_demo

    @property
    def is_stayed(self) -> bool:
        """Whether the decision is not carried out at present."""
        return self.stayed_on is not None and self.stay_ended_on is None

    @property
    def restores(self) -> bool:
        """Whether its outcome takes the decision away."""
        return self.outcome in RESTORING

    @property
    def outcome_sentence(self) -> str:
        """Outcome in a sentence without its reasons."""
        day = day_in_words(self.outcome_on) if self.outcome_on else ""
        return f"{self.get_kind_display()}结果：{self.get_outcome_display()}（{self.body}，{self.outcome_number}，{day}生效）"
