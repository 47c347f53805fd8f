"""Permissions on the operation ledger."""

from districts.file.models.district import District
from districts.file.rules import is_authority, may_edit_district
from greendistrict.accounts.selectors import HeldPosts
from operation.entries.models import LedgerEntry


def may_keep(held: HeldPosts, district: District) -> bool:
    """Whether the person edits the ledger: editors of the district's file, and the leading body, which 七（三） names too."""
    return may_edit_district(held, district) or is_authority(held, district)


def may_add_files(held: HeldPosts, owner: object) -> bool:
    """Editors of the ledger add files to its entries."""
    return isinstance(owner, LedgerEntry) and may_keep(held, owner.district)
