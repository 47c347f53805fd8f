"""Tag: the verification of an inventory."""

from typing import Any

from django import template
from django.template.context import Context

from carbon.inventories.enums import MANDATED
from carbon.inventories.models import CarbonInventory
from carbon.verification.lifecycle import CARBON_VERIFICATION
from carbon.verification.rules import may_mandate
from carbon.verification.selectors import verifications_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer

register = template.Library()


@register.inclusion_tag("carbon/verification/_of_inventory.html", takes_context=True)
def verification_of(context: Context, inventory: CarbonInventory) -> dict[str, Any]:
    """The visible verification of a filed inventory's year, or the link to mandate one."""
    user = context["request"].user
    if not isinstance(user, User) or inventory.frozen is None:
        return {}
    found = verifications_visible_to(Viewer(user)).filter(district=inventory.district_id, year=inventory.year, status__in=MANDATED).first()
    return {
        "inventory": inventory,
        "verification": found,
        "state": CARBON_VERIFICATION.state(found.status) if found else None,
        "is_other": found is not None and found.inventory_id is not None and found.inventory_id != inventory.pk,
        "mandates": found is None and may_mandate(posts_of(user), inventory.district),
    }
