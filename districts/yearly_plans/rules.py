"""Permissions on a yearly plan: file, take note, return."""

from districts.file.rules import may_file_plan
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def files_plan(held: HeldPosts, plan: ImplementationPlan) -> bool:
    """Whether the user may file this yearly plan: people of its authority."""
    return may_file_plan(held, plan.authority)


def handles_plan(held: HeldPosts, plan: ImplementationPlan) -> bool:
    """Whether the user may take note of this yearly plan or return it: the city's 经办."""
    return held.has(Role.CITY_OFFICER) and plan.pk is not None
