"""Key projects (近期重点项目) with their approved plan, and municipal works (市政设施) with their green requirements."""

import datetime as dt
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.common.enums import CheckResult, CheckStage, ProjectState, UseBasis, WorkState
from districts.file.models.district import District
from districts.plots.models import Plot
from greendistrict.accounts.acting import ActorField
from greendistrict.accounts.enums import Department, Role
from greendistrict.core.constraints import one_of, ordered
from greendistrict.core.folded_keys import once_in_district
from greendistrict.documents.models import Evidence

PROJECT_PLAN = "近期重点项目实施计划"


class ValueKind(models.TextChoices):
    """How a green requirement of a municipal work is compared with the built value."""

    AT_LEAST = "at_least", "不低于要求值"
    AT_MOST = "at_most", "不高于要求值"
    YES_NO = "yes_no", "是否做到"


class KeyProjectPlan(models.Model):
    """近期重点项目实施计划 (八（一）): approving body, day and document number."""

    district = models.OneToOneField(District, models.CASCADE, related_name="key_project_plan")
    approved_on = models.DateField("批准日期")
    approved_by = models.CharField("批准单位", max_length=100)
    number = models.CharField("批准文号", max_length=60, blank=True)
    document = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "近期重点项目实施计划"

    def __str__(self) -> str:
        return f"{self.district}近期重点项目实施计划"


class KeyProject(models.Model):
    """近期重点项目. ``clauses`` are numbers of the edition's clauses that it serves.

    ``use_basis`` is written by the registration of its use only; a project whose state was typed counts as in use once that is proven.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="key_projects")
    name = models.CharField("项目名称", max_length=100)
    category = models.CharField("类别", max_length=40, blank=True)
    investment = models.DecimalField("投资", max_digits=12, decimal_places=2, null=True, blank=True)
    funding = models.CharField("资金来源", max_length=100, blank=True)
    planned_start = models.DateField("计划开工", null=True, blank=True)
    planned_finish = models.DateField("计划竣工", null=True, blank=True)
    started_on = models.DateField("实际开工", null=True, blank=True)
    finished_on = models.DateField("实际竣工", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=ProjectState, default=ProjectState.PLANNED)
    in_use_on = models.DateField("投用日期", null=True, blank=True, help_text="状态为投用时填写")
    use_basis = models.CharField("投用依据", max_length=12, choices=UseBasis, blank=True)  # empty: typed without proof, not counted
    use_proof = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="竣工验收和投用证明")
    use_backfill = models.CharField("补录理由", max_length=1000, blank=True)
    plots = models.ManyToManyField(Plot, related_name="key_projects", blank=True, verbose_name="涉及地块", help_text="地块编号，用顿号隔开")
    clauses = models.JSONField("对应条文", default=list, blank=True, help_text="评价标准的条文号，用顿号隔开，如4.2.13、7.2.7")
    looks_like_another = models.BooleanField("名称与别的只是写法不同", default=False, editable=False)  # from before such ones were refused
    is_demo = models.BooleanField("演示数据", default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "近期重点项目"
        ordering = ("district", "planned_start", "name")
        constraints: ClassVar = [
            once_in_district("name", name="key_project_once", words="同名项目已有"),
            one_of("state", ProjectState.values, name="key_project_state_known"),
            ordered("planned_start", "planned_finish", name="key_project_dates_ordered"),
            ordered("started_on", "finished_on", name="key_project_actual_ordered"),
        ]

    def __str__(self) -> str:
        return self.name


class Work(models.Model):
    """市政设施: roads, pipes, green spaces, water works, public facilities; main ones are marked.

    ``conforms`` and ``acceptance_number`` are written only by the registration of its acceptance (七（二）5).
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="works")
    name = models.CharField("设施名称", max_length=100)
    kind = models.CharField("类别", max_length=40, blank=True)
    main = models.BooleanField("主要设施", default=True)
    length_m = models.DecimalField("长度", max_digits=9, decimal_places=1, null=True, blank=True)
    planned_start = models.DateField("计划开工", null=True, blank=True)
    planned_finish = models.DateField("计划建成", null=True, blank=True)
    started_on = models.DateField("开工日期", null=True, blank=True)
    built_on = models.DateField("建成日期", null=True, blank=True, help_text="逐项登记竣工验收的，由设施页面写入；只填日期不计入建成")
    green_requirements = models.CharField("绿色生态要求", max_length=300, blank=True, help_text="七（二）。概述；逐项要求值在设施页面登记")
    conforms = models.BooleanField("绿色生态内容符合", null=True, blank=True, help_text="由竣工验收登记得出")
    acceptance_number = models.CharField("竣工验收报告编号", max_length=60, blank=True)
    acceptance_report = models.ForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="竣工验收合格报告"
    )
    acceptance_backfill = models.CharField("补录理由", max_length=1000, blank=True)  # of an acceptance that the applicant recorded
    accepted_by = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="竣工登记单位"
    )
    looks_like_another = models.BooleanField("名称与别的只是写法不同", default=False, editable=False)  # from before such ones were refused
    is_demo = models.BooleanField("演示数据", default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "市政设施"
        ordering = ("district", "name")
        constraints: ClassVar = [
            once_in_district("name", name="work_once", words="同名设施已有"),
            ordered("planned_start", "planned_finish", name="work_plan_ordered"),
            ordered("started_on", "built_on", name="work_dates_ordered"),
            models.CheckConstraint(condition=Q(length_m__isnull=True) | Q(length_m__gt=0), name="work_length_positive"),
            models.CheckConstraint(
                condition=Q(conforms__isnull=True) | (Q(started_on__isnull=False) & Q(built_on__isnull=False)),
                name="work_accepted_has_days",
                violation_error_message="绿色生态内容是否符合在建成后登记，须有开工和建成日期",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def progress(self) -> WorkState:
        """State, derived from days and acceptance."""
        return self.state_on(dt.date.max)

    def state_on(self, day: dt.date) -> WorkState:
        """State at the end of a day."""
        return progress_of(self, day)


def progress_of(work: Any, day: dt.date) -> WorkState:
    """State of a work (or a row of one) at the end of a day. Only works accepted as conforming are built (七（二）5)."""
    started, built = (held is not None and held <= day for held in (work.started_on, work.built_on))
    if built:
        return WorkState.BUILT if work.conforms else WorkState.UNPROVEN
    return WorkState.BUILDING if started else WorkState.PLANNED


class WorkIndicator(models.Model):
    """A green requirement of a work with designed and built value, as text in the format of ``districts.land.green_indicators``.

    The policy names no indicators for works, so the district names each one.
    """

    work = models.ForeignKey(Work, models.CASCADE, related_name="indicators")
    name = models.CharField("指标", max_length=60, help_text="按专业规划和设计文件的名称，如透水铺装率、再生材料利用率")
    kind = models.CharField("比较方式", max_length=10, choices=ValueKind)
    unit = models.CharField("单位", max_length=20, blank=True, help_text="如%、m³；是否做到的不填")
    required = models.CharField("要求值", max_length=20, help_text="数字；是否做到的填是或否")
    designed = models.CharField("设计值", max_length=20, blank=True)
    built = models.CharField("建成值", max_length=20, blank=True)

    class Meta:
        verbose_name = "市政设施绿色生态指标"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["work", "name"], name="work_indicator_once", violation_error_message="同名指标已有"),
            one_of("kind", ValueKind.values, name="work_indicator_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class WorkCheck(models.Model):
    """Check of a work's green requirements by a department at one of the four stages (七（二）)."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="checks")
    stage = models.CharField("环节", max_length=12, choices=CheckStage)
    department = models.CharField("部门", max_length=60, help_text="主管部门之一，或其在“单位”登记的全称；其他名称另列一行")
    department_key = models.CharField("部门职责", max_length=20, choices=Department, blank=True)  # what ``department`` stands for
    checked_on = models.DateField("审查日期", help_text="已提请的填提请日期")
    result = models.CharField("结论", max_length=12, choices=CheckResult, help_text="已提请、部门尚未答复的选“已提请，待审查”")
    text = models.CharField("意见", max_length=300, blank=True, help_text="不符合的必填")
    document = models.ForeignKey(Evidence, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="书面审查意见扫描件")
    is_backfill = models.BooleanField("补录", default=False)  # recorded by another than the department
    entered_by = ActorField(settings.AUTH_USER_MODEL, models.PROTECT, roles=(Role.PREPARER, Role.CONSULTANT, Role.BUREAU), related_name="+")

    class Meta:
        verbose_name = "市政设施部门审查"
        ordering = ("checked_on", "pk")
        constraints: ClassVar = [
            one_of("stage", CheckStage.values, name="work_check_stage_known"),
            one_of("result", CheckResult.values, name="work_check_result_known"),
        ]

    def __str__(self) -> str:
        return f"{self.department}{self.get_stage_display()}审查"
