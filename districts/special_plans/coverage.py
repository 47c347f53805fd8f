"""Registry that tells which of the five dimensions the indicator system of a specialised plan covers.

Indicator systems belong to a version of a plan and are a higher feature; ``districts.wiring`` registers them here.
"""

import datetime as dt
from collections.abc import Callable

from districts.special_plans.enums import PlanSectionKind
from districts.special_plans.models import SpecialPlan
from districts.special_plans.rules import covered
from greendistrict.core.registry import Registry

# Function that returns the dimensions covered under a plan on a day, or None without an indicator system.
coverage: Registry[Callable[[SpecialPlan, dt.date], frozenset[str] | None]] = Registry(
    "coverage of a specialised plan", entry="which dimensions the indicator systems under a plan cover"
)


def dimensions_of_plan(plan: SpecialPlan, day: dt.date) -> frozenset[str]:
    """Dimensions covered on a day by the indicator system under a plan version; without one, those stated in an approved version."""
    found = [one for source in coverage if (one := source(plan, day)) is not None]
    return frozenset[str]().union(*found) if found else stated_dimensions(plan)


def stated_dimensions(plan: SpecialPlan) -> frozenset[str]:
    """Dimensions that were ticked before they were derived from the indicator system; they count only in an approved version."""
    kind = PlanSectionKind.INDICATORS
    rows = [row for row in plan.sections.all() if row.section == kind]
    return frozenset[str]().union(*(covered(kind, row.texts, row.stated, approved=bool(plan.approved_on)) for row in rows))
