"""行政复议 and 行政诉讼 against decisions of the city, with stay, reply and outcome as they were served."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from approvals.cases.models.cases import Case
from approvals.titles.enums import FOLLOWING_FIRST, RESTORING, JudgmentForm, RemedyKind, RemedyOutcome, RemedySide, RemedyState
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import one_of, ordered
from greendistrict.core.days import day_in_words
from greendistrict.documents.models import Evidence

NUMBER, BODY, GROUND, WORDS = 60, 100, 300, 1000
NOT_IN_FORCE = (RemedyState.JUDGED, RemedyState.APPEALED)


class Remedy(models.Model):
    """A reconsideration or a suit against the decision of a case; the holder asks for it, another body decides."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="remedies", verbose_name="办件")
    kind = models.CharField("类别", max_length=10, choices=RemedyKind)
    after = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name="前一程序",
        help_text="the reconsideration that a suit follows, the suit that an appeal is about",
    )  # fmt: skip
    against_number = models.CharField("不服的决定文号", max_length=NUMBER, blank=True)
    against_on = models.DateField("不服的决定日期", null=True, blank=True)
    filer = models.CharField("上诉人", max_length=10, choices=RemedySide, blank=True)
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
    judgment = models.CharField("一审裁判", max_length=10, choices=JudgmentForm, blank=True)
    judged_on = models.DateField("一审裁判送达日期", null=True, blank=True)
    appealed_on = models.DateField("上诉日期", null=True, blank=True)
    late_ground = models.CharField("逾期上诉的依据", max_length=GROUND, blank=True)
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
    redo_by = models.DateField("重新作出决定的期限", null=True, blank=True)
    redone_on = models.DateField("重新处理日期", null=True, blank=True)
    redone_number = models.CharField("重新作出的决定文号", max_length=NUMBER, blank=True)
    redone_words = models.CharField("重新处理情况", max_length=GROUND, blank=True)
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
                condition=Q(status=RemedyState.OPEN)
                | (Q(status__in=NOT_IN_FORCE, judged_on__gte=F("filed_on")) & ~Q(outcome="") & ~Q(outcome_number="") & ~Q(judgment=""))
                | (~Q(status__in=NOT_IN_FORCE) & ~Q(outcome="") & ~Q(outcome_number="") & Q(outcome_on__gte=F("filed_on"))),
                name="remedy_found_has_outcome",
            ),
            one_of("judgment", JudgmentForm.values, name="remedy_judgment_known", blank=True),
            models.CheckConstraint(
                condition=(Q(kind=RemedyKind.APPEAL, after__isnull=False) & Q(filer__in=RemedySide.values))
                | (~Q(kind=RemedyKind.APPEAL) & Q(filer="")),
                name="remedy_appeal_of_a_suit",
            ),
            models.CheckConstraint(
                condition=Q(redone_on__isnull=True, redone_words="") | (Q(redone_on__isnull=False) & ~Q(redone_words="")),
                name="remedy_redone_told",
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
        return self.standing_outcome in RESTORING

    @property
    def standing_outcome(self) -> str:
        """What became of the decision: an appealed judgment says nothing, a dismissed appeal what the first instance said."""
        if self.appealed_on is not None:
            return ""
        if self.kind == RemedyKind.APPEAL and self.outcome in FOLLOWING_FIRST and self.after is not None:
            return self.after.outcome
        return self.outcome

    @property
    def owes_reply(self) -> bool:
        """Whether the city answers: always but to its own appeal."""
        return self.filer != RemedySide.CITY

    @property
    def outcome_sentence(self) -> str:
        """Outcome in a sentence without its reasons; that of an appeal names the judgment of the first instance."""
        day = day_in_words(self.outcome_on) if self.outcome_on else ""
        said = f"{self.get_kind_display()}结果：{self.get_outcome_display()}（{self.body}，{self.outcome_number}，{day}生效）"
        if self.kind == RemedyKind.APPEAL and self.after is not None:
            said += f"；一审：{self.after.get_outcome_display()}（{self.after.body}，{self.after.outcome_number}）"
        return said
