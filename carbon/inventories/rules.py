"""Permissions on carbon inventories."""

from carbon.inventories.enums import InventoryState
from carbon.inventories.models import CarbonInventory
from districts.file.models.district import District
from districts.file.rules import is_preparer, may_edit_district
from greendistrict.accounts.models import User


def may_open(user: User, district: District) -> bool:
    """Who opens an inventory or its next edition: the applicant's preparer, or the consultant it authorised."""
    return may_edit_district(user, district)


def may_fill(user: User, inventory: CarbonInventory) -> bool:
    """The same people, while the edition is a draft."""
    return inventory.status == InventoryState.DRAFT and may_edit_district(user, inventory.district)


def may_drop(user: User, inventory: CarbonInventory) -> bool:
    """Only the applicant's preparer discards a draft; a consultant cannot."""
    return inventory.status == InventoryState.DRAFT and is_preparer(user, inventory.district)
