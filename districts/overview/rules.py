"""Permissions to add files to a district, a yearly plan or a key project."""

from django.db.models import Model

from districts.file.models.district import District
from districts.file.rules import may_edit_district, may_file_plan
from districts.projects.models import KeyProject
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.models import User


def is_plan_side(user: User, plan: Model) -> bool:
    """Whether the user acts for the body to which the yearly plan belongs."""
    return isinstance(plan, ImplementationPlan) and may_file_plan(user, plan.authority)


def may_add_file(user: User, owner: Model) -> bool:
    """Whether the user may add a file to a district, one of its key projects, or a yearly plan."""
    if isinstance(owner, ImplementationPlan):
        return may_file_plan(user, owner.authority)
    if isinstance(owner, KeyProject):
        return may_edit_district(user, owner.district)
    return isinstance(owner, District) and may_edit_district(user, owner)
