"""Yearly evaluations of areas, and the task adjustments that followed from them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from beautiful.frame.programme import programme
from beautiful.plans.models import FIRST_YEAR, LAST_YEAR, REPORTERS, SEAT, ActionPlan, TaskAdjustment
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Role
from greendistrict.core.constraints import between, one_of


class EvaluationStanding(models.TextChoices):
    """Standing of an evaluation, derived from what is recorded."""

    REPORTING = "reporting", "待自评"
    CHECKING = "checking", "待核对"
    CONCLUDING = "concluding", "待结论"
    CONCLUDED = "concluded", "已作结论"


class EvaluationConclusion(models.TextChoices):
    """Conclusion for a year of an area; the terms are this portal's own, the draft defines none."""

    ON_PATH = "on_path", "按计划推进"
    PARTLY = "partly", "部分滞后"
    BEHIND = "behind", "滞后"


class AreaEvaluation(models.Model):
    """Evaluation of an area for a year. Its standing is derived; ``frozen`` keeps the traffic lights at the conclusion."""

    plan = models.ForeignKey(ActionPlan, models.PROTECT, related_name="evaluations", verbose_name="计划")
    year = models.PositiveSmallIntegerField("年度")
    area = models.CharField("重点领域", max_length=20, choices=programme().area_choices)
    begun_at = models.DateTimeField("开始时间")
    begun_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, null=True, related_name="+", verbose_name="开始人")
    report = models.TextField("自评", blank=True)
    reported_at = models.DateTimeField("自评时间", null=True, blank=True)
    reported_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=REPORTERS, null=True, blank=True, related_name="+", verbose_name="自评人"
    )
    check_text = models.TextField("核对意见", blank=True)
    checked_at = models.DateTimeField("核对时间", null=True, blank=True)
    checked_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, null=True, blank=True, related_name="+", verbose_name="核对人"
    )
    conclusion = models.CharField("结论", max_length=10, choices=EvaluationConclusion, blank=True)
    conclusion_text = models.TextField("结论说明", blank=True)
    concluded_at = models.DateTimeField("结论时间", null=True, blank=True)
    concluded_by = ActorField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        roles=(Role.CITY_DIRECTOR,),
        null=True,
        blank=True,
        related_name="+",
        verbose_name="结论人",
    )
    frozen = models.JSONField("结论时的任务进展", null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "跟踪评估"
        ordering = ("-year", "pk")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "year", "area"], name="area_evaluation_once"),
            one_of("area", [area.key for area in programme().areas], name="area_evaluation_area_known"),
            one_of("conclusion", EvaluationConclusion.values, name="area_evaluation_conclusion_known", blank=True),
            between("year", FIRST_YEAR, LAST_YEAR, name="area_evaluation_year"),
            models.CheckConstraint(
                condition=Q(concluded_at__isnull=True, conclusion="") | (Q(concluded_at__isnull=False) & ~Q(conclusion="")),
                name="area_evaluation_concluded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_area_display()}{self.year}年跟踪评估"

    @property
    def is_demo(self) -> bool:
        """Whether it is fictional."""
        return self.plan.is_demo

    @property
    def standing(self) -> EvaluationStanding:
        """Standing, derived from the recorded acts."""
        if self.concluded_at is not None:
            return EvaluationStanding.CONCLUDED
        if self.checked_at is not None:
            return EvaluationStanding.CONCLUDING
        return EvaluationStanding.REPORTING if self.reported_at is None else EvaluationStanding.CHECKING


class EvaluationUse(models.Model):
    """Link from an evaluation to a task adjustment that followed from it; immutable."""

    evaluation = models.ForeignKey(AreaEvaluation, models.PROTECT, related_name="uses", verbose_name="跟踪评估")
    adjustment = models.ForeignKey(TaskAdjustment, models.PROTECT, related_name="evaluations", verbose_name="任务调整")
    note = models.CharField("怎样应用", max_length=300)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, null=True, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "评估结果应用"
        ordering = ("recorded_at", "pk")
        constraints: ClassVar = [models.UniqueConstraint(fields=["evaluation", "adjustment"], name="evaluation_use_once")]

    def __str__(self) -> str:
        return f"{self.evaluation}：{self.adjustment}"
