"""Permissions on carbon inventories."""

from carbon.inventories.enums import InventoryState
from carbon.inventories.models import CarbonInventory
from districts.file.models.district import District
from districts.file.rules import is_preparer, may_edit_district
from greendistrict.accounts.models import User


def may_open(user: User, district: District) -> bool:
    """Who begins an inventory, or the next edition of one: the applicant's preparer, or the consultant it authorised."""
    return may_edit_district(user, district)


def may_fill(user: User, inventory: CarbonInventory) -> bool:
    """The same while it is a draft."""
    return inventory.status == InventoryState.DRAFT and may_edit_district(user, inventory.district)


def may_drop(user: User, inventory: CarbonInventory) -> bool:
    """The applicant's preparer; a consultant never gives up a draft."""
    return inventory.status == InventoryState.DRAFT and is_preparer(user, inventory.district)
