"""Action plans, tasks and their content in each plan, quarterly progress, adjustments, revoked roll-overs."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from beautiful.frame.programme import programme
from beautiful.plans.content import Adjusted, TaskContent, TaskPath, content_on, quarter_end
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.models import Organisation
from greendistrict.core import clock
from greendistrict.core.constraints import between, one_of, ordered


class PlanStanding(models.TextChoices):
    """Standing of a plan, derived from its decisions."""

    DRAFT = "draft", "编制中"
    IN_FORCE = "in_force", "执行中"
    ROLLED = "rolled", "已滚动"

    @property
    def tone(self) -> str:
        """Tone of its tag."""
        return {"draft": "amber", "in_force": "blue"}.get(self.value, "")


class RollOutcome(models.TextChoices):
    """Outcome of a task when the plan is rolled over."""

    DONE = "done", "完成"
    CARRIED = "carried", "结转"
    CHANGED = "changed", "调整后结转"
    ENDED = "ended", "终止"


GOES_ON = (RollOutcome.CARRIED, RollOutcome.CHANGED)
NEW = "新增"
QUARTERS = (1, 2, 3, 4)


SEAT = tuple(sorted(CITY))
REPORTERS = (Role.AUTHORITY, Role.BUREAU, Role.PARTNER, *SEAT)
FIRST_YEAR, LAST_YEAR, YEARS = 2000, 2100, 3
CONTENT = ("title", "target_text", "unit", "start_value", "target_value", "starts_on", "due_on")


class ActionPlan(models.Model):
    """A three-year plan, issued and rolled over by decisions; its standing is derived from them."""

    first_year = models.PositiveSmallIntegerField("起始年")
    is_demo = models.BooleanField("演示数据", default=False)
    previous = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="next", verbose_name="上一轮")
    basis = models.CharField("依据文件", max_length=200, blank=True, help_text="名称和文号")
    issued_on = models.DateField("印发日期", null=True, blank=True)
    issued_at = models.DateTimeField("登记印发时间", null=True, blank=True)
    issued_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField("建立时间")
    made_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, null=True, related_name="+", verbose_name="建立人")

    class Meta:
        verbose_name = "三年行动计划"
        ordering = ("-first_year", "-pk")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["first_year", "is_demo"], name="action_plan_once", violation_error_message="这一轮计划已经建立"
            ),
            between("first_year", FIRST_YEAR, LAST_YEAR - YEARS + 1, name="action_plan_year"),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True, issued_at__isnull=True, basis="")
                | (Q(issued_on__isnull=False, issued_at__isnull=False) & ~Q(basis="")),
                name="action_plan_issued",
            ),
        ]

    def __str__(self) -> str:
        years = f"{self.first_year}—{self.last_year}年"
        return f"演示滚动计划（虚构，{years}）" if self.is_demo else f"三年行动计划（{years}）"

    @property
    def last_year(self) -> int:
        """Third year of the plan."""
        return self.first_year + YEARS - 1

    @property
    def years(self) -> range:
        """Its three years."""
        return range(self.first_year, self.last_year + 1)

    @property
    def rolled_into(self) -> "ActionPlan | None":
        """The next plan, once this one was rolled over; else None."""
        return getattr(self, "next", None)

    @property
    def rolled_on(self) -> dt.date | None:
        """Day of the roll-over, from which nothing is reported in this plan any more; None before it."""
        after = self.rolled_into
        return after.made_at.astimezone(clock.SHANGHAI).date() if after else None

    @property
    def standing(self) -> PlanStanding:
        """Standing; a plan stays in force until the next one is issued."""
        if self.issued_on is None:
            return PlanStanding.DRAFT
        after = self.rolled_into
        return PlanStanding.ROLLED if after is not None and after.issued_on is not None else PlanStanding.IN_FORCE


class ActionTask(models.Model):
    """A task across all plans that contain it; a district task belongs to a city task."""

    number = models.CharField("编号", max_length=20, unique=True, help_text="各轮计划不变")
    area = models.CharField("重点领域", max_length=20, choices=programme().area_choices)
    phrase = models.CharField(
        "原文的任务", max_length=100, blank=True, choices=[(area.name, [(task, task) for task in area.tasks]) for area in programme().areas]
    )
    vanguard = models.CharField("先行区", max_length=40, blank=True, choices=[(place, place) for place in programme().vanguards])
    is_demo = models.BooleanField("演示数据", default=False)
    city_task = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="district_tasks", verbose_name="市级任务")

    class Meta:
        verbose_name = "行动任务"
        ordering = ("number",)
        constraints: ClassVar = [one_of("area", [area.key for area in programme().areas], name="action_task_area_known")]

    def __str__(self) -> str:
        return self.number


class PlannedTask(models.Model):
    """Content of a task in one plan: owner, partners, target and path. ``outcome`` is its outcome at the roll-over."""

    plan = models.ForeignKey(ActionPlan, models.PROTECT, related_name="planned", verbose_name="计划")
    task = models.ForeignKey(ActionTask, models.PROTECT, related_name="planned", verbose_name="任务")
    previous = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="next", verbose_name="上一轮")
    title = models.CharField("任务", max_length=200)
    target_text = models.CharField("可衡量的目标", max_length=300)
    unit = models.CharField("单位", max_length=20, blank=True, help_text="没有数量目标的，单位、起点值和目标值都不填")
    start_value = models.DecimalField("起点值", max_digits=14, decimal_places=4, null=True, blank=True)
    target_value = models.DecimalField("目标值", max_digits=14, decimal_places=4, null=True, blank=True)
    starts_on = models.DateField("开始日期")
    due_on = models.DateField("完成日期")
    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="beautiful_tasks", verbose_name="责任单位")
    partners = models.ManyToManyField(Organisation, related_name="beautiful_tasks_beside", blank=True, verbose_name="配合单位")
    outcome = models.CharField("滚动结果", max_length=10, choices=RollOutcome, blank=True)
    outcome_reason = models.CharField("说明", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "计划任务"
        ordering = ("task__number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "task"], name="planned_task_once"),
            ordered("starts_on", "due_on", name="planned_task_days"),
            one_of("outcome", RollOutcome.values, name="planned_task_outcome_known", blank=True),
            models.CheckConstraint(
                condition=Q(start_value__isnull=True, target_value__isnull=True) | Q(start_value__isnull=False, target_value__isnull=False),
                name="planned_task_path",
                violation_error_message="起点值和目标值要么都填，要么都不填",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task.number}　{self.title}"

    @property
    def path(self) -> TaskPath | None:
        """Present target path of a quantified task; None for other tasks."""
        return self.content.path

    @property
    def content(self) -> TaskContent:
        """Present content."""
        return TaskContent(**{name: getattr(self, name) for name in CONTENT}, owner=self.owner.name)

    def content_on(self, day: dt.date) -> TaskContent:
        """Content in force on a day. ``adjustments`` should be prefetched."""
        recorded = sorted(self.adjustments.all(), key=lambda one: one.pk)
        return content_on(day, self.content, [one.adjusted for one in recorded])

    @property
    def came(self) -> str:
        """How it came into this plan: new, carried over or changed."""
        return NEW if self.previous is None else self.previous.get_outcome_display()

    @property
    def is_demo(self) -> bool:
        """Whether it is fictional."""
        return self.plan.is_demo


class Reported(models.Manager["QuarterlyProgress"]):
    """Reports that stand; withdrawn ones are read by ``QuarterlyProgress.everything`` only."""

    def get_queryset(self) -> models.QuerySet["QuarterlyProgress"]:
        """Without withdrawn reports."""
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class QuarterlyProgress(models.Model):
    """Report of the owner on a quarter: value, progress, problems, evidence files.

    Somebody else checks it; until then it may be withdrawn. A withdrawn row is used again by the next report of the quarter.
    """

    planned = models.ForeignKey(PlannedTask, models.PROTECT, related_name="progress", verbose_name="计划任务")
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度")
    value = models.DecimalField("累计完成值", max_digits=14, decimal_places=4, null=True, blank=True)
    text = models.TextField("进展")
    problems = models.TextField("问题", blank=True)
    filed_at = models.DateTimeField("首次报送时间")
    reported_at = models.DateTimeField("报送时间")
    reported_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=REPORTERS, null=True, related_name="+", verbose_name="报送人")
    confirmed_at = models.DateTimeField("核对时间", null=True, blank=True)
    confirmed_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, null=True, blank=True, related_name="+", verbose_name="核对人"
    )
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawn_by = ActorField(
        settings.AUTH_USER_MODEL, models.PROTECT, roles=REPORTERS, null=True, blank=True, related_name="+", verbose_name="撤回人"
    )
    withdrawal = models.CharField("撤回理由", max_length=300, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = Reported()
    everything = models.Manager["QuarterlyProgress"]()

    class Meta:
        verbose_name = "季度进展"
        ordering = ("year", "quarter")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawal="") | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal="")),
                name="quarterly_progress_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(withdrawn_at__isnull=True), name="quarterly_progress_confirmed_stands"
            ),
            models.UniqueConstraint(fields=["planned", "year", "quarter"], name="quarterly_progress_once"),
            models.CheckConstraint(condition=Q(quarter__in=QUARTERS), name="quarterly_progress_quarter"),
        ]

    def __str__(self) -> str:
        return f"{self.planned.task.number}　{self.year}年第{self.quarter}季度"

    @property
    def key(self) -> tuple[int, int]:
        """Year and quarter."""
        return self.year, self.quarter

    @property
    def unit(self) -> str:
        """Unit of the value: that of the task when the quarter ended."""
        return self.planned.content_on(quarter_end(*self.key)).unit


class ProgressCorrection(models.Model):
    """What a correction replaced, with its reason. Withdrawn before its check it is ``undone``: the report is the earlier one again."""

    progress = models.ForeignKey(QuarterlyProgress, models.PROTECT, related_name="corrections", verbose_name="季度进展")
    value = models.DecimalField("原累计完成值", max_digits=14, decimal_places=4, null=True, blank=True)
    text = models.TextField("原进展")
    problems = models.TextField("原问题", blank=True)
    reported_at = models.DateTimeField("原报送时间")
    reported_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=REPORTERS, null=True, related_name="+")
    confirmed_at = models.DateTimeField("原核对时间", null=True, blank=True)
    confirmed_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, null=True, blank=True, related_name="+")
    reason = models.CharField("更正理由", max_length=300, help_text="更正已报送的季度时必填")
    corrected_at = models.DateTimeField("更正时间")
    corrected_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=REPORTERS, related_name="+", verbose_name="更正人")
    undone = models.CharField("撤回更正的理由", max_length=300, blank=True)

    class Meta:
        verbose_name = "季度进展更正"
        ordering = ("corrected_at", "pk")
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="progress_correction_reason")]

    def __str__(self) -> str:
        return f"{self.progress}　更正"


class TaskAdjustment(models.Model):
    """Recorded decision that changed a task of a plan in force; immutable."""

    planned = models.ForeignKey(PlannedTask, models.PROTECT, related_name="adjustments", verbose_name="计划任务")
    decided_on = models.DateField("决定日期", help_text="从这一天所在的季度起按新的目标判断红绿灯，以前的季度不变")
    basis = models.CharField("依据文件", max_length=200, help_text="名称和文号")
    reason = models.CharField("理由", max_length=300)
    changes = models.JSONField("变化")
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, null=True, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "任务调整"
        ordering = ("decided_on", "pk")

    def __str__(self) -> str:
        return f"{self.planned.task.number}　{self.decided_on:%Y-%m-%d}"

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """Label, old and new value of each change."""
        return [(change["label"], change["before"] or "未填", change["after"] or "未填") for change in self.changes]

    @property
    def adjusted(self) -> Adjusted:
        """Its day and the fields of the content that it changed."""
        return Adjusted(self.decided_on, changed_fields(self.changes))


def changed_fields(lines: Iterable[Mapping[str, str]]) -> dict[str, tuple[str, str]]:
    """Recorded lines of an adjustment by field, without the partners: ``{field: (before, after)}``."""
    labels = {str(PlannedTask._meta.get_field(name).verbose_name): name for name in (*CONTENT, "owner")}  # type: ignore[union-attr]
    return {labels[line["label"]]: (line["before"], line["after"]) for line in lines if line["label"] in labels}


class RollOverRevocation(models.Model):
    """A roll-over revoked as a mistake, with its decisions; the draft plan it had made was deleted."""

    plan = models.ForeignKey(ActionPlan, models.PROTECT, related_name="revocations", verbose_name="计划")
    reason = models.CharField("撤销理由", max_length=300)
    decided = models.JSONField("原滚动结果")
    dropped = models.JSONField("一并删除的任务", default=list)
    revoked_at = models.DateTimeField("撤销时间")
    revoked_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=SEAT, null=True, related_name="+", verbose_name="撤销人")

    class Meta:
        verbose_name = "滚动撤销"
        ordering = ("revoked_at", "pk")
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="roll_over_revocation_reason")]

    def __str__(self) -> str:
        return f"{self.plan}　滚动撤销"
