"""Versions of the specialised plan, their parts and sections."""

from typing import ClassVar

from django.db import models

from districts.common.enums import DistrictType
from districts.file.models.district import District
from greendistrict.core.constraints import one_of, ordered
from greendistrict.documents.models import Evidence


class PlanPart(models.TextChoices):
    """Parts of a specialised plan (七（一）)."""

    INDICATORS = "绿色生态指标体系", "绿色生态指标体系"
    SCHEME = "绿色生态规划方案", "绿色生态规划方案"
    CARBON = "碳排放分析报告", "碳排放分析报告"


class PlanSectionKind(models.TextChoices):
    """Sections of the specialised plan: early work by type of district (六（二）), strategies and indicators for both (七（一））."""

    ASSESSMENT = "assessment", "现状评估及生态诊断"
    POSITIONING = "positioning", "定位策划"
    SYSTEM = "system", "系统规划"
    GUARANTEE = "guarantee", "保障机制"
    DIAGNOSIS = "diagnosis", "生态诊断"
    GOALS = "goals", "目标制定"
    RENEWAL = "renewal", "更新规划"
    STRATEGIES = "strategies", "绿色生态实施策略"
    INDICATORS = "indicators", "指标体系包含的方面"


class SectionState(models.TextChoices):
    """How completely a section of the specialised plan is filled in."""

    EMPTY = "empty", "未填"
    STATED = "stated", "只有勾选，没有内容"
    PARTIAL = "partial", "填写中"
    WHOLE = "whole", "已填"


DIAGNOSIS_PARTS = {
    DistrictType.NEW: ("现状评估及生态诊断", "定位策划", "系统规划", "保障机制"),
    DistrictType.RENEWAL: ("生态诊断", "目标制定", "更新规划"),
}


PLAN_APPROVAL = "专业规划批准文件"


class SpecialPlan(models.Model):
    """A version of the specialised plan (专业规划, 七（一）); the newest counts. Approval freezes the plan baseline."""

    district = models.ForeignKey(District, models.CASCADE, related_name="plans")
    number = models.PositiveSmallIntegerField("版次", default=1)
    scheme_in_unit_plan = models.BooleanField(
        "核心理念与要求融入控制性详细规划", null=True, blank=True, help_text="控规即将编制或修编的新建城区填写"
    )
    scheme_in_renewal_plan = models.BooleanField(
        "同步编制并纳入区域更新方案", null=True, blank=True, help_text="更新方案正在编制的更新城区填写"
    )
    merged_document = models.CharField(
        "融入的控规或更新方案", max_length=200, blank=True, help_text="控规或更新方案的名称和文号；没有在编的不填"
    )
    carbon_intensity_target = models.DecimalField(
        "碳排放强度控制目标", max_digits=10, decimal_places=3, null=True, blank=True, help_text="七（一）3"
    )
    carbon_stage_targets = models.JSONField("分阶段减排目标", default=list, blank=True, help_text='[{"year": 2030, "value": "28.5"}]')
    urban_design = models.CharField("城市设计", max_length=200, blank=True, help_text="名称；没有城市设计的不填")
    design_started_on = models.DateField("城市设计开始日期", null=True, blank=True)
    design_approved_on = models.DateField("城市设计批准日期", null=True, blank=True, help_text="尚未批准的空着")
    scheme_started_on = models.DateField(
        "规划方案编制开始日期", null=True, blank=True, help_text="七（一）2，在城市设计阶段同步编制绿色生态规划方案"
    )
    approved_on = models.DateField("批准日期", null=True, blank=True)
    approval_number = models.CharField("批准文号", max_length=60, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "绿色生态专业规划"
        ordering = ("-number",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["district", "number"], name="plan_number_once"),
            ordered("design_started_on", "design_approved_on", name="plan_design_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.district}绿色生态专业规划（第{self.number}版）"


class SpecialPlanPart(models.Model):
    """A part of the plan as a file."""

    plan = models.ForeignKey(SpecialPlan, models.CASCADE, related_name="parts")
    part = models.CharField("组成", max_length=20, choices=PlanPart)
    document = models.ForeignKey(Evidence, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "专业规划组成"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "part"], name="plan_part_once"),
            one_of("part", PlanPart.values, name="plan_part_known"),
        ]

    def __str__(self) -> str:
        return self.part


class PlanSection(models.Model):
    """A section of the plan: one text for each piece named by the policy (``special_plans.rules``).

    ``stated`` keeps what was only ticked before sections had content, in the words of the tick.
    """

    plan = models.ForeignKey(SpecialPlan, models.CASCADE, related_name="sections")
    section = models.CharField("部分", max_length=20, choices=PlanSectionKind)
    texts = models.JSONField("内容", default=dict, blank=True, help_text='{"piece": "text"}')
    stated = models.JSONField("原勾选", default=list, blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "专业规划内容"
        ordering = ("pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "section"], name="plan_section_once"),
            one_of("section", PlanSectionKind.values, name="plan_section_known"),
        ]

    def __str__(self) -> str:
        return self.get_section_display()


class PlanSectionFile(models.Model):
    """A file of a section."""

    section = models.ForeignKey(PlanSection, models.CASCADE, related_name="files")
    document = models.ForeignKey(Evidence, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "专业规划内容附件"
        ordering = ("pk",)
        constraints: ClassVar = [models.UniqueConstraint(fields=["section", "document"], name="plan_section_file_once")]

    def __str__(self) -> str:
        return str(self.document)
