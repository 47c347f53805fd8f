"""Tags of the page of an inventory: whether the figure of its year is published, and its verification."""

from typing import Any

from django import template
from django.template.context import Context

from carbon.inventories.models import MANDATED, CarbonInventory
from carbon.releases.selectors import live_release
from carbon.verification.lifecycle import CARBON_VERIFICATION
from carbon.verification.rules import may_mandate
from carbon.verification.selectors import verifications_visible_to
from greendistrict.accounts.viewer import viewer_of

register = template.Library()


@register.inclusion_tag("carbon/releases/_of_inventory.html")
def release_of(inventory: CarbonInventory) -> dict[str, Any]:
    """The live release of a filed inventory's year and the link to its page; nothing for a draft."""
    if inventory.frozen is None:
        return {}
    return {"inventory": inventory, "live": live_release(inventory.district, inventory.year)}


@register.inclusion_tag("carbon/verification/_of_inventory.html", takes_context=True)
def verification_of(context: Context, inventory: CarbonInventory) -> dict[str, Any]:
    """The visible verification of a filed inventory's year, or the link to mandate one."""
    viewer = viewer_of(context["request"])
    if not viewer.is_somebody or inventory.frozen is None:
        return {}
    found = verifications_visible_to(viewer).filter(district=inventory.district_id, year=inventory.year, status__in=MANDATED).first()
    return {
        "inventory": inventory,
        "verification": found,
        "state": CARBON_VERIFICATION.state(found.status) if found else None,
        "is_other": found is not None and found.inventory_id is not None and found.inventory_id != inventory.pk,
        "mandates": found is None and may_mandate(viewer.held, inventory.district),
    }
