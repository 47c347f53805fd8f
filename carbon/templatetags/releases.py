"""Tag: whether the figure of an inventory's year is published."""

from typing import Any

from django import template

from carbon.inventories.models import CarbonInventory
from carbon.releases.selectors import live_release

register = template.Library()


@register.inclusion_tag("carbon/releases/_of_inventory.html")
def release_of(inventory: CarbonInventory) -> dict[str, Any]:
    """The live release of a filed inventory's year and the link to its page; nothing for a draft."""
    if inventory.frozen is None:
        return {}
    return {"inventory": inventory, "live": live_release(inventory.district, inventory.year)}
