"""Permissions on a yearly plan: file it, note it or return it."""

from districts.file.rules import may_file_plan
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def files_plan(user: User, plan: ImplementationPlan) -> bool:
    """Whether the person files this yearly plan: for the authority whose it is."""
    return may_file_plan(user, plan.authority)


def handles_plan(user: User, plan: ImplementationPlan) -> bool:
    """Whether the person takes note of this yearly plan or returns it: the city's officer."""
    return posts_of(user).has(Role.CITY_OFFICER) and plan.pk is not None
