"""Permissions on carbon inventories."""

from carbon.inventories.enums import InventoryState
from carbon.inventories.models import CarbonInventory
from districts.file.models.district import District
from districts.file.rules import is_preparer, may_edit_district
from greendistrict.accounts.selectors import HeldPosts


def may_open(held: HeldPosts, district: District) -> bool:
    """Whether the user may open an inventory or its next edition: the applicant's preparer, or the consultant it authorised."""
    return may_edit_district(held, district)


def may_fill(held: HeldPosts, inventory: CarbonInventory) -> bool:
    """Whether the user may edit the inventory: as ``may_open``, while the edition is a draft."""
    return inventory.status == InventoryState.DRAFT and may_edit_district(held, inventory.district)


def may_drop(held: HeldPosts, inventory: CarbonInventory) -> bool:
    """Whether the user may discard the draft: only the applicant's preparer, not a consultant."""
    return inventory.status == InventoryState.DRAFT and is_preparer(held, inventory.district)
