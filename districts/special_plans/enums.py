"""Parts and sections of a special plan."""

from django.db import models

from districts.common.enums import DistrictType


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
