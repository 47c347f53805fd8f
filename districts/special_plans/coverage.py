"""Registry of the five dimensions that the indicator systems of a specialised plan cover.

Indicator systems belong to a version of a plan and stand above plans; ``districts.wiring`` registers them here.
"""

from collections.abc import Callable

from districts.common.enums import PlanSectionKind
from districts.special_plans.models import SpecialPlan
from districts.special_plans.rules import covered
from greendistrict.core.registry import Registry

# Dimensions covered under a plan today; None where the source has nothing under it.
coverage: Registry[Callable[[SpecialPlan], frozenset[str] | None]] = Registry("coverage of a specialised plan")


def dimensions_of_plan(plan: SpecialPlan) -> frozenset[str]:
    """Dimensions covered today by the indicator systems under a version; without one, what was stated of an approved version."""
    found = [one for source in coverage if (one := source(plan)) is not None]
    return frozenset[str]().union(*found) if found else stated_dimensions(plan)


def stated_dimensions(plan: SpecialPlan) -> frozenset[str]:
    """Dimensions ticked before they followed from the rows of the indicator system; they count in an approved version only."""
    kind = PlanSectionKind.INDICATORS
    rows = [row for row in plan.sections.all() if row.section == kind]
    return frozenset[str]().union(*(covered(kind, row.texts, row.stated, approved=bool(plan.approved_on)) for row in rows))
