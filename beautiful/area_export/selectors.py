"""Data of the area workbook: indicators as on the pages, tasks of plans in force with their quarters, evaluations of all plans."""

from collections.abc import Iterator
from dataclasses import dataclass

from beautiful.area_indicators.selectors import AreaView, area_views
from beautiful.evaluations.models import AreaEvaluation
from beautiful.evaluations.selectors import evaluations_visible_to
from beautiful.frame.programme import programme
from beautiful.plans.models import PlannedTask, PlanStanding
from beautiful.plans.selectors.plans import QuarterValue, planned_visible_to, plans_visible_to, with_values
from greendistrict.accounts.viewer import Viewer


@dataclass(frozen=True)
class AreaFile:
    """Data of some areas, of real or of fictional districts."""

    is_demo: bool
    year: int
    views: list[AreaView]
    tasks: list[tuple[PlannedTask, list[QuarterValue]]]
    evaluations: list[AreaEvaluation]

    def tasks_in(self, area: str) -> Iterator[tuple[PlannedTask, list[QuarterValue]]]:
        """Tasks of an area."""
        return ((one, values) for one, values in self.tasks if one.task.area == area)

    def evaluations_in(self, area: str) -> list[AreaEvaluation]:
        """Evaluations of an area, newest year first."""
        return [evaluation for evaluation in self.evaluations if evaluation.area == area]


def area_file(viewer: Viewer, *, is_demo: bool, year: int, only: str = "") -> AreaFile:
    """Data of the ten areas or of one; the number of queries is constant."""
    areas = [area.key for area in programme().areas if not only or area.key == only]
    plans = [plan.pk for plan in plans_visible_to(viewer).filter(is_demo=is_demo) if plan.standing == PlanStanding.IN_FORCE]
    planned = planned_visible_to(viewer).filter(plan__in=plans, task__area__in=areas)
    evaluations = evaluations_visible_to(viewer).filter(plan__is_demo=is_demo, area__in=areas)
    return AreaFile(
        is_demo,
        year,
        area_views(viewer, is_demo=is_demo, year=year, only=only),
        with_values(list(planned.order_by("plan__first_year", "task__number"))),
        list(evaluations.prefetch_related("uses__adjustment__planned__task").order_by("-year", "pk")),
    )
