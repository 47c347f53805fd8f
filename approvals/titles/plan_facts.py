"""What a notice tells of the plan of its district, if the officer publishes it: place, area, and the plan in five numbers."""

import datetime as dt
from decimal import Decimal
from typing import Any

from approvals.cases.models.cases import Case
from districts.baselines.models import Baseline
from districts.common.enums import BaselineKind
from districts.facts.facts import approved_plan_on
from districts.file.models.district import District

UNKNOWN = "未填"
Fact = tuple[str, str]  # label, value with its unit


def plan_facts(case: Case, on: dt.date) -> list[Fact]:
    """Facts of the case's district as they stand: two of the place, five of the plan that was approved by the day."""
    district = District.objects.defer("boundary").prefetch_related("areas").get(pk=case.district_id)
    plan = approved_plan_on(district, on)
    baseline = Baseline.objects.filter(district=district, kind=BaselineKind.PLAN).order_by("-number").first()
    lists = baseline.content if baseline else {}
    return [
        ("所在区", "、".join(area.name for area in district.areas.all()) or UNKNOWN),
        ("规划范围面积", _with_unit(district.area_km2, "km²")),
        ("规划人口", _with_unit(district.population, "人")),
        ("规划建筑面积", _with_unit(district.floor_area_forecast, "万m²")),
        ("规划地块", _with_unit(_count(lists, "plots"), "个")),
        ("近期重点项目", _with_unit(_count(lists, "key_projects"), "个")),
        ("碳排放强度目标", _with_unit(plan.carbon_intensity_target if plan else None, "kgCO₂e/(m²·a)")),
    ]


def _count(lists: dict[str, Any], name: str) -> int | None:
    """Rows of a list of the frozen baseline; None without a baseline."""
    return len(lists[name]) if name in lists else None


def _with_unit(value: Decimal | int | None, unit: str) -> str:
    if value is None:
        return UNKNOWN
    return f"{value.normalize():,f} {unit}" if isinstance(value, Decimal) else f"{value:,} {unit}"


def in_words(facts: list[Fact]) -> str:
    """All facts in one line."""
    return "；".join(f"{label}{value}" for label, value in facts)
