"""Versions of the special plan as the page shows them."""

from typing import Any

from districts.baselines.selectors import baseline_of
from districts.common.enums import BaselineKind, Dimension, PlanPart
from districts.file.models.district import District
from districts.special_plans.coverage import dimensions_of_plan


def plan_context(district: District) -> dict[str, Any]:
    """``_plan.html``: versions of the specialised plan with parts, dimensions, carbon targets, newest first."""
    plans = list(district.plans.prefetch_related("parts__document").order_by("-number"))
    shown = [
        {
            "plan": plan,
            "parts": [(part.label, held.get(part.value)) for part in PlanPart],
            "dimensions": [(name, name in covered, name in plan.scheme_dimensions) for name in Dimension.values],
        }
        for plan in plans
        for held in [{row.part: row.document for row in plan.parts.all()}]
        for covered in [dimensions_of_plan(plan)]
    ]
    return {"district": district, "plans": shown, "plan_baseline": baseline_of(district, BaselineKind.PLAN)}
