"""Registry of the five dimensions that the indicator systems of a specialised plan cover.

Indicator systems belong to a version of a plan and stand above plans; ``districts.wiring`` registers them here.
"""

from collections.abc import Callable

from districts.special_plans.models import SpecialPlan
from greendistrict.core.registry import Registry

# Dimensions covered under a plan today; None where the source has nothing under it.
coverage: Registry[Callable[[SpecialPlan], frozenset[str] | None]] = Registry("coverage of a specialised plan")


def dimensions_of_plan(plan: SpecialPlan) -> frozenset[str]:
    """Dimensions covered today under a version of the plan; what was ticked there while it has no indicator system."""
    found = [covered for source in coverage if (covered := source(plan)) is not None]
    return frozenset[str]().union(*found) if found else frozenset(plan.indicator_dimensions)
