"""Permissions on measures and scenarios."""

from districts.file.models.district import District
from districts.file.rules import is_consultant, is_own_side, may_edit_district
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.core.errors import NotAllowed


def keeps_measures(held: HeldPosts, district: District) -> bool:
    """Who edits measures: the applicant's preparer, or the consultant it authorised."""
    return may_edit_district(held, district)


def hold_measures(held: HeldPosts, district: District) -> None:
    """Raise ``NotAllowed`` unless the person may edit the measures of the district."""
    NotAllowed.unless(keeps_measures(held, district), "减排措施和情景由申报主体填报人和获授权的咨询单位填写")


def sees_scenarios(held: HeldPosts, district: District) -> bool:
    """Scenarios are seen by the district's own side only (applicant, consultant, leading body); measures by all readers of the file."""
    return is_own_side(held, district) or is_consultant(held, district)
