"""Yearly plans a user sees."""

from django.db.models import Q, QuerySet

from districts.common.enums import PlanStatus
from districts.file.rules import bodies_as
from districts.yearly_plans.models import ImplementationPlan
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer


def implementation_plans_visible_to(viewer: Viewer) -> QuerySet[ImplementationPlan]:
    """Yearly plans: the own ones for authorities and their bureaus, filed ones for the city's side, noted ones for partners."""
    held = viewer.held
    plans = ImplementationPlan.objects.select_related("authority", "document")
    if held.is_keeper or not held.roles:
        return plans.none()
    own = Q(authority_id__in=bodies_as(held, Role.AUTHORITY, Role.BUREAU))
    if held.is_city or held.has(Role.SECRETARIAT):
        return plans.filter(own | ~Q(status=PlanStatus.DRAFT))
    if held.has(Role.PARTNER):
        return plans.filter(own | Q(status=PlanStatus.NOTED))
    return plans.filter(own)
