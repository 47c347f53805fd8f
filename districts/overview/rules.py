"""Permissions to add files to a district, a yearly plan or a key project."""

from django.db.models import Model

from districts.file.models.district import District
from districts.file.rules import may_edit_district, may_file_plan
from districts.projects.models import KeyProject
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.selectors import HeldPosts


def is_plan_side(held: HeldPosts, plan: Model) -> bool:
    """Whether the user acts for the body to which the yearly plan belongs."""
    return isinstance(plan, ImplementationPlan) and may_file_plan(held, plan.authority)


def may_add_file(held: HeldPosts, owner: Model) -> bool:
    """Whether the user may add a file to a district, one of its key projects, or a yearly plan."""
    if isinstance(owner, ImplementationPlan):
        return may_file_plan(held, owner.authority)
    if isinstance(owner, KeyProject):
        return may_edit_district(held, owner.district)
    return isinstance(owner, District) and may_edit_district(held, owner)
