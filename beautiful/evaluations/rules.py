"""Permissions on evaluations: task owners of the area report, the seat 美丽上海统筹 checks, 市级审定 concludes."""

from beautiful.evaluations.enums import EvaluationStanding
from beautiful.evaluations.models import AreaEvaluation
from beautiful.plans.models import PlannedTask
from beautiful.plans.rules import bodies_of, coordinates
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def owns_in(held: HeldPosts, evaluation: AreaEvaluation) -> bool:
    """Whether the person acts for an owner of a task of the area in the plan."""
    return PlannedTask.objects.filter(plan=evaluation.plan_id, task__area=evaluation.area, owner__in=bodies_of(held)).exists()


def may_report(held: HeldPosts, evaluation: AreaEvaluation) -> bool:
    """Owners of a task of the area, or the seat, until the check."""
    open_ = evaluation.standing in {EvaluationStanding.REPORTING, EvaluationStanding.CHECKING}
    return open_ and (coordinates(held) or owns_in(held, evaluation))


def may_check(held: HeldPosts, evaluation: AreaEvaluation) -> bool:
    """The seat, but not the person who reported."""
    return evaluation.standing == EvaluationStanding.CHECKING and coordinates(held) and evaluation.reported_by_id != held.person


def may_conclude(held: HeldPosts, evaluation: AreaEvaluation) -> bool:
    """市级审定, but not the person who checked."""
    is_director = held.has(Role.CITY_DIRECTOR)
    return evaluation.standing == EvaluationStanding.CONCLUDING and is_director and evaluation.checked_by_id != held.person


def may_use(held: HeldPosts, evaluation: AreaEvaluation) -> bool:
    """The seat links adjustments to a concluded evaluation."""
    return evaluation.standing == EvaluationStanding.CONCLUDED and coordinates(held)
