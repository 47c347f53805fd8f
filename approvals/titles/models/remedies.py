"""行政复议 and 行政诉讼 against decisions on cases, with stay, reply and outcome as served."""

import datetime as dt
from typing import Any, ClassVar, NamedTuple

from django.db import models
from django.db.models import Q

from approvals.cases.models.cases import Case
from approvals.titles.enums import RemedyState
from approvals.titles.models.remedy_record import GROUND, NUMBER, RemedyRecord
from greendistrict.core.constraints import ordered


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
        found = [RemedyStay(one["number"], one["ground"], days(one["on"]), days(one["ended_on"])) for one in self.earlier_stays]
        return [*found, RemedyStay(self.stay_number, self.stay_ground, self.stayed_on, self.stay_ended_on)] if self.stayed_on else found

    @property
    def is_stayed(self) -> bool:
        """Whether the decision is stayed at present."""
        return self.stayed_on is not None and self.stay_ended_on is None
