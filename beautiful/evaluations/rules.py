"""Permissions on evaluations: task owners of the area report, the seat 美丽上海统筹 checks, 市级审定 concludes."""

from beautiful.evaluations.enums import EvaluationStanding
from beautiful.evaluations.models import AreaEvaluation
from beautiful.plans.models import PlannedTask
from beautiful.plans.rules import bodies_of, coordinates
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def owns_in(user: User, evaluation: AreaEvaluation) -> bool:
    """Whether the person acts for an owner of a task of the area in the plan."""
    return PlannedTask.objects.filter(plan=evaluation.plan_id, task__area=evaluation.area, owner__in=bodies_of(user)).exists()


def may_report(user: User, evaluation: AreaEvaluation) -> bool:
    """Owners of a task of the area, or the seat, until the check."""
    open_ = evaluation.standing in {EvaluationStanding.REPORTING, EvaluationStanding.CHECKING}
    return open_ and (coordinates(user) or owns_in(user, evaluation))


def may_check(user: User, evaluation: AreaEvaluation) -> bool:
    """The seat, but not the person who reported."""
    return evaluation.standing == EvaluationStanding.CHECKING and coordinates(user) and evaluation.reported_by_id != user.pk


def may_conclude(user: User, evaluation: AreaEvaluation) -> bool:
    """市级审定, but not the person who checked."""
    is_director = posts_of(user).has(Role.CITY_DIRECTOR)
    return evaluation.standing == EvaluationStanding.CONCLUDING and is_director and evaluation.checked_by_id != user.pk


def may_use(user: User, evaluation: AreaEvaluation) -> bool:
    """The seat links adjustments to a concluded evaluation."""
    return evaluation.standing == EvaluationStanding.CONCLUDED and coordinates(user)
