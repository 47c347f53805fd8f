"""What the pool knows of an expert beside term and employers, and what an applicant says before the list freezes."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from assessments.enums import BodyRole, RecusalState, TieKind
from assessments.models.review import ExpertProfile
from assessments.models.score import ScoreTable
from greendistrict.core.constraints import one_of, ordered


class ExpertAbsence(models.Model):
    """A period in which an expert takes no invitations; nobody is drawn on its days."""

    expert = models.ForeignKey(ExpertProfile, models.CASCADE, related_name="absences")
    valid_from = models.DateField("起")
    valid_to = models.DateField("止")
    note = models.CharField("说明", max_length=100, blank=True)

    class Meta:
        verbose_name = "不可参加时段"
        ordering = ("valid_from", "pk")
        constraints: ClassVar = [ordered("valid_from", "valid_to", name="absence_ordered")]

    def __str__(self) -> str:
        return f"{self.expert} {self.valid_from}"


class ExpertTraining(models.Model):
    """A training an expert took part in."""

    expert = models.ForeignKey(ExpertProfile, models.CASCADE, related_name="trainings")
    on = models.DateField("日期")
    title = models.CharField("培训", max_length=100)
    hours = models.DecimalField("学时", max_digits=5, decimal_places=1)

    class Meta:
        verbose_name = "培训"
        ordering = ("-on", "pk")

    def __str__(self) -> str:
        return f"{self.expert} {self.title}"


class ExpertTie(models.Model):
    """A bond beside employment, as declared: work on a district's project, or a relation to a body; both as plain names.

    Names, not keys: a choice of districts would tell an expert who is about to apply.
    """

    expert = models.ForeignKey(ExpertProfile, models.CASCADE, related_name="ties")
    kind = models.CharField("情形", max_length=10, choices=TieKind)
    body = models.CharField("单位", max_length=100, blank=True)
    project = models.CharField("城区或项目", max_length=100, blank=True)
    note = models.CharField("说明", max_length=200)

    class Meta:
        verbose_name = "应回避的关系"
        ordering = ("pk",)
        constraints: ClassVar = [
            one_of("kind", TieKind.values, name="tie_kind_known"),
            models.CheckConstraint(condition=~models.Q(body="") | ~models.Q(project=""), name="tie_names_something"),
        ]

    def __str__(self) -> str:
        return f"{self.expert} {self.get_kind_display()}"


class ProjectBody(models.Model):
    """A body that planned, designed, advised or verified what a table claims; its people may not judge it."""

    table = models.ForeignKey(ScoreTable, models.CASCADE, related_name="project_bodies")
    role = models.CharField("作用", max_length=10, choices=BodyRole)
    name = models.CharField("单位", max_length=100)
    group = models.CharField("所属集团", max_length=100, blank=True)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "参与单位"
        ordering = ("pk",)
        constraints: ClassVar = [
            one_of("role", BodyRole.values, name="project_body_role_known"),
            models.UniqueConstraint(fields=["table", "role", "name"], name="project_body_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}{self.name}"


class RecusalRequest(models.Model):
    """An applicant's request that a person, or the people of a body, do not judge its table; answered before the list freezes."""

    table = models.ForeignKey(ScoreTable, models.CASCADE, related_name="recusals")
    person = models.CharField("专家姓名", max_length=60, blank=True)
    body = models.CharField("单位", max_length=100, blank=True)
    reason = models.CharField("理由", max_length=500)
    status = models.CharField("状态", max_length=10, choices=RecusalState, default=RecusalState.ASKED)
    answer = models.CharField("答复", max_length=500, blank=True)
    at = models.DateTimeField("提出时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提出人")
    answered_at = models.DateTimeField("答复时间", null=True, blank=True)

    class Meta:
        verbose_name = "回避申请"
        ordering = ("pk",)
        constraints: ClassVar = [
            one_of("status", RecusalState.values, name="recusal_status_known"),
            models.CheckConstraint(condition=~models.Q(person="") | ~models.Q(body=""), name="recusal_names_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.table} 回避申请 {self.named}"

    @property
    def named(self) -> str:
        """Whom it names."""
        return "，".join(part for part in (self.person, self.body) if part)
