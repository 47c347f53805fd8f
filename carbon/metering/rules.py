"""Permissions on meters and readings: the district's own side and the bureaus of its leading body."""

from districts.file.models.district import District
from districts.file.rules import fills_plot, is_authority
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import NotAllowed


def keeps_meters(held: HeldPosts, district: District) -> bool:
    """Whether the person edits meters and readings: who edits the file, the 区专门机构, and the district's bureaus."""
    return fills_plot(held, district) or is_authority(held, district)


def hold_metering(held: HeldPosts, district: District) -> None:
    """Raise ``NotAllowed`` unless the person may edit the district's meters."""
    NotAllowed.unless(keeps_meters(held, district), "计量器具和读数由申报主体、区专门机构和数据提供部门填报")
