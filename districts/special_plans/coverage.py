"""Which of the five dimensions the indicator system of a specialised plan covers."""

import datetime as dt

from districts.special_plans.models import PlanSectionKind, SpecialPlan
from districts.special_plans.rules import covered


def dimensions_of_plan(plan: SpecialPlan, day: dt.date) -> frozenset[str]:
    """Dimensions covered on a day by the indicator system under a plan version; without one, those stated in an approved version."""
    system = plan.indicator_systems.counting_on(day)
    return system.dimensions_covered() if system else stated_dimensions(plan)


def stated_dimensions(plan: SpecialPlan) -> frozenset[str]:
    """Dimensions that were ticked before they were derived from the indicator system; they count only in an approved version."""
    kind = PlanSectionKind.INDICATORS
    rows = [row for row in plan.sections.all() if row.section == kind]
    return frozenset[str]().union(*(covered(kind, row.texts, row.stated, approved=bool(plan.approved_on)) for row in rows))
