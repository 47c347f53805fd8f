"""Facts that satisfy every rule exactly on its boundary, and for each rule the least that breaks it."""

from decimal import Decimal

from greendistrict.policy.facts import Facts, FactValue

DIMENSIONS = ["韧性安全", "健康宜居", "低碳高效", "经济活力", "智慧管控"]


def ratio(numerator, denominator, **more):
    return FactValue(None, numerator=numerator, denominator=denominator, **more)


NEW = {
    "district_type": "new", "area_km2": Decimal(1), "developable_km2": Decimal("0.5"),
    "developable_ratio": ratio(Decimal("0.5"), Decimal(1)), "boundary_matches": True, "in_implementation_plan": True,
    "diagnosis_parts": {"现状评估及生态诊断", "定位策划", "系统规划", "保障机制"},
    "plan_parts": {"绿色生态指标体系", "绿色生态规划方案", "碳排放分析报告"}, "indicator_dimensions": DIMENSIONS,
    "scheme_dimensions": DIMENSIONS, "unit_plan_open": True, "scheme_in_unit_plan": True, "carbon_intensity_target": True,
    "carbon_stage_targets": 2, "key_project_plan": True, "plots_acquired_ratio": ratio(2, 40, noun="个地块"),
    "plots_built_ratio": ratio(20, 40, noun="个地块"), "main_works_built_ratio": ratio(6, 6),
    "key_projects_in_use_ratio": ratio(4, 4, noun="个项目"), "endorsements_complete": True, "review_passed": True,
    "site_visit_done": True, "acceptance_meeting_held": True, "consecutive_failures": 2, "not_implemented_finding": True,
}  # fmt: skip
RENEWAL = {
    **NEW,
    "district_type": "renewal",
    "area_km2": Decimal("0.3"),
    "diagnosis_parts": {"生态诊断", "目标制定", "更新规划"},
    "renewal_plan_open": True,
    "scheme_in_renewal_plan": True,
}
BASE = {"new": NEW, "renewal": RENEWAL}

# rule, type, fact just short of the boundary
SHORT = [
    ("NEW-DIAGNOSIS", "new", {"diagnosis_parts": {"现状评估及生态诊断", "定位策划", "系统规划"}}),
    ("RENEWAL-DIAGNOSIS", "renewal", {"diagnosis_parts": {"生态诊断", "目标制定"}}),
    ("SPECIAL-PLAN", "new", {"plan_parts": {"绿色生态指标体系", "绿色生态规划方案"}}),
    ("INDICATOR-DIMENSIONS", "new", {"indicator_dimensions": DIMENSIONS[:4]}),
    ("SCHEME-DIMENSIONS", "new", {"scheme_dimensions": DIMENSIONS[1:]}),
    ("SCHEME-UNIT-PLAN", "new", {"scheme_in_unit_plan": False}),
    ("SCHEME-RENEWAL-PLAN", "renewal", {"scheme_in_renewal_plan": False}),
    ("CARBON-INTENSITY", "new", {"carbon_intensity_target": False}), ("CARBON-STAGES", "new", {"carbon_stage_targets": 1}),
    ("APPLY-LAND-RATIO", "new", {"developable_ratio": ratio(Decimal("0.499999"), Decimal(1))}),
    ("APPLY-KEY-PROJECTS", "new", {"key_project_plan": False}), ("APPLY-PLOTS", "new", {"plots_acquired_ratio": ratio(1, 21)}),
    ("APPLY-ENDORSED", "new", {"endorsements_complete": False}), ("APPLY-EXPERTS", "new", {"review_passed": False}),
    ("ACCEPT-INFRA", "new", {"main_works_built_ratio": ratio(5, 6)}),
    ("ACCEPT-PLOTS", "new", {"plots_built_ratio": ratio(38, 77)}),
    ("ACCEPT-KEY-PROJECTS", "renewal", {"key_projects_in_use_ratio": ratio(3, 4)}),
    ("ACCEPT-SITE", "new", {"site_visit_done": False}), ("ACCEPT-MEETING", "new", {"acceptance_meeting_held": False}),
]  # fmt: skip
SHOULD_SHORT = [
    ("SCALE-NEW", "new", {"developable_km2": Decimal("0.4999")}),
    ("SCALE-RENEWAL", "renewal", {"area_km2": Decimal("0.2999")}),
    ("BOUNDARY", "new", {"boundary_matches": False}),
    ("APPLY-IN-PLAN", "new", {"in_implementation_plan": False}),
]


def facts(kind="new", **changes):
    return Facts({**BASE[kind], **changes})


def without(kind, *names):
    return Facts({name: value for name, value in BASE[kind].items() if name not in names})
