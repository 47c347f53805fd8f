"""行政复议 and 行政诉讼 against decisions on cases, with stay, reply and outcome as served.

Also here: Abstract record of a 行政复议, 行政诉讼 or 二审 about any object: filing, reply, first instance, appeal, outcome.
"""

import datetime as dt
from typing import Any, ClassVar, NamedTuple

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


def standing_outcome(kind: str, outcome: str, *, is_appealed: bool, first: str | None) -> str:
    """Outcome for the decision: empty for a judgment that was appealed; for a dismissed appeal the outcome of the ``first`` instance."""
    if is_appealed:
        return ""
    return first if kind == RemedyKind.APPEAL and outcome in FOLLOWING_FIRST and first is not None else outcome


class RemedyRecord(models.Model):
    """A reconsideration, suit or appeal as served; concrete models add the object whose decision is contested."""

    kind = models.CharField("类别", max_length=10, choices=RemedyKind)
    after = models.ForeignKey(
        "self", models.RESTRICT, null=True, blank=True, related_name="followed_by", verbose_name="前一程序",
        help_text="the reconsideration that a suit follows, the suit that an appeal is about",
    )  # fmt: skip
    against_number = models.CharField("不服的决定文号", max_length=NUMBER, blank=True)
    against_on = models.DateField("不服的决定日期", null=True, blank=True)
    filer = models.CharField("上诉人", max_length=10, choices=RemedySide, blank=True)
    body = models.CharField("受理机关", max_length=BODY, help_text="行政复议机关或者人民法院的名称")
    number = models.CharField("案号", max_length=NUMBER)
    filed_on = models.DateField("申请或者起诉日期")
    served_on = models.DateField("收到副本日期", help_text="答复期限自这一天起算")
    simplified = models.BooleanField("适用简易程序", default=False, db_default=False, help_text="行政复议机关通知适用简易程序的勾选")
    ordinary_on = models.DateField("转为普通程序日期", null=True, blank=True)
    status = models.CharField("状态", max_length=10, default="open")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.CITY_OFFICER,), related_name="+", verbose_name="登记人")
    reply_number = models.CharField("答复文号", max_length=NUMBER, blank=True)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    judgment = models.CharField("一审裁判", max_length=10, choices=JudgmentForm, blank=True)
    judged_on = models.DateField("一审裁判送达日期", null=True, blank=True)
    appealed_on = models.DateField("上诉日期", null=True, blank=True)
    late_ground = models.CharField("逾期上诉的依据", max_length=GROUND, blank=True, help_text="超过上诉期限、法院准许顺延的填写")
    outcome = models.CharField("结果", max_length=12, choices=RemedyOutcome, blank=True)
    outcome_number = models.CharField("结果文书文号", max_length=NUMBER, blank=True)
    outcome_on = models.DateField("生效日期", null=True, blank=True, help_text="行政复议决定书送达之日，判决、裁定生效之日")
    outcome_words = models.TextField("主文", blank=True, help_text="照文书录入，请勿写个人信息")
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
    redo_by = models.DateField("重新作出决定的期限", null=True, blank=True, help_text="文书责令在一定期限内重新作出决定的填写")
    scan = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="结果文书")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
        ordering = ("-filed_on", "-pk")
        constraints: ClassVar = [
            one_of("kind", RemedyKind.values, name="%(class)s_kind_known"),
            one_of("status", tuple(RemedyState), name="%(class)s_status_known"),
            one_of("outcome", RemedyOutcome.values, name="%(class)s_outcome_known", blank=True),
            one_of("judgment", JudgmentForm.values, name="%(class)s_judgment_known", blank=True),
            models.UniqueConstraint(fields=["kind", "number"], name="%(class)s_number_once"),
            ordered("filed_on", "served_on", name="%(class)s_served_after_filing"),
            models.CheckConstraint(
                condition=Q(status=RemedyState.OPEN)
                | (Q(status__in=NOT_IN_FORCE, judged_on__gte=F("filed_on")) & ~Q(outcome="") & ~Q(outcome_number="") & ~Q(judgment=""))
                | (~Q(status__in=NOT_IN_FORCE) & ~Q(outcome="") & ~Q(outcome_number="") & Q(outcome_on__gte=F("filed_on"))),
                name="%(class)s_found_has_outcome",
            ),
            models.CheckConstraint(
                condition=(Q(kind=RemedyKind.APPEAL, after__isnull=False) & Q(filer__in=RemedySide.values))
                | (~Q(kind=RemedyKind.APPEAL) & Q(filer="")),
                name="%(class)s_appeal_of_a_suit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{self.number}"

    @property
    def is_simplified(self) -> bool:
        """Whether the reconsideration runs by the simplified procedure (行政复议法第五十三条)."""
        return self.simplified and self.ordinary_on is None

    @property
    def matter(self) -> Any:
        """The contested object, which owns the files and papers of the remedy."""
        raise NotImplementedError

    @property
    def carried(self) -> dict[str, Any]:
        """Fields that an appeal takes over from its suit."""
        return {"against_number": self.against_number, "against_on": self.against_on}

    @staticmethod
    def outcome_word(outcome: str) -> str:
        """An outcome in words that fit the contested object."""
        return str(RemedyOutcome(outcome).label)

    @property
    def restores(self) -> bool:
        """Whether the outcome sets the decision aside."""
        return self.standing_outcome in RESTORING

    @property
    def standing_outcome(self) -> str:
        """Outcome for the decision, see ``standing_outcome``."""
        return standing_outcome(
            self.kind, self.outcome, is_appealed=self.appealed_on is not None, first=self.after.outcome if self.after else None
        )

    @property
    def owes_reply(self) -> bool:
        """Whether the city must reply: always, except to its own appeal."""
        return self.filer != RemedySide.CITY

    @property
    def outcome_sentence(self) -> str:
        """Outcome as a sentence without its reasons; for an appeal with the judgment of the first instance."""
        day = day_in_words(self.outcome_on) if self.outcome_on else ""
        said = f"{self.get_kind_display()}结果：{self.get_outcome_display()}（{self.body}，{self.outcome_number}，{day}生效）"
        if self.kind == RemedyKind.APPEAL and self.after is not None:
            said += f"；一审：{self.after.get_outcome_display()}（{self.after.body}，{self.after.outcome_number}）"
        return said


class RemedyStay(NamedTuple):
    """A stay of the decision, with its paper; ``ended_on`` is None while it lasts."""

    number: str
    ground: str
    on: dt.date
    ended_on: dt.date | None


class Remedy(RemedyRecord):
    """A reconsideration, suit or appeal about the decision of a case; the holder files it (either side an appeal)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="remedies", verbose_name="办件")
    stay_number = models.CharField("停止执行文书文号", max_length=NUMBER, blank=True)
    stay_ground = models.CharField("停止执行的理由", max_length=GROUND, blank=True)
    stayed_on = models.DateField("停止执行日期", null=True, blank=True)
    stay_ended_on = models.DateField("恢复执行日期", null=True, blank=True)
    earlier_stays = models.JSONField("以前的停止执行", default=list, blank=True)
    redone_on = models.DateField("重新处理日期", null=True, blank=True)
    redone_number = models.CharField("重新作出的决定文号", max_length=NUMBER, blank=True, help_text="不需要另行作出决定的不填")
    redone_words = models.CharField("重新处理情况", max_length=GROUND, blank=True, help_text="写明结论；另立办件的，写明办件编号")

    class Meta(RemedyRecord.Meta):
        verbose_name = "行政复议和行政诉讼"
        constraints: ClassVar = [
            *RemedyRecord.Meta.constraints,
            models.UniqueConstraint(fields=["case", "kind"], condition=~Q(status=RemedyState.CLOSED), name="remedy_one_open"),
            ordered("stayed_on", "stay_ended_on", name="remedy_stay_ordered"),
            models.CheckConstraint(
                condition=Q(stayed_on__isnull=True, stay_ended_on__isnull=True, stay_number="")
                | (Q(stayed_on__isnull=False) & ~Q(stay_number="")),
                name="remedy_stay_numbered",
            ),
            models.CheckConstraint(
                condition=Q(redone_on__isnull=True, redone_words="") | (Q(redone_on__isnull=False) & ~Q(redone_words="")),
                name="remedy_redone_told",
            ),
        ]

    @property
    def is_demo(self) -> bool:
        """Whether it is demonstration data, like its case."""
        return self.case.is_demo

    @property
    def matter(self) -> Case:
        """The case whose decision is contested."""
        return self.case

    @property
    def carried(self) -> dict[str, Any]:
        """Fields that an appeal takes over from its suit."""
        return super().carried | {"case": self.case}

    @property
    def stays(self) -> list[RemedyStay]:
        """All its stays, oldest first; a decision can be stayed again after a stay was lifted."""
        days = dt.date.fromisoformat
        found = [RemedyStay(stay["number"], stay["ground"], days(stay["on"]), days(stay["ended_on"])) for stay in self.earlier_stays]
        return [*found, RemedyStay(self.stay_number, self.stay_ground, self.stayed_on, self.stay_ended_on)] if self.stayed_on else found

    @property
    def is_stayed(self) -> bool:
        """Whether the decision is stayed at present."""
        return self.stayed_on is not None and self.stay_ended_on is None
