"""Permissions on an indicator system: hand up, sign, approve."""

from districts.file.rules import bodies_as, is_preparer, is_reviewer
from districts.indicator_systems.models import IndicatorSystem
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def hands_up_system(held: HeldPosts, system: IndicatorSystem) -> bool:
    """Whether the user may hand the indicator system to the applicant's reviewer."""
    return is_preparer(held, system.district)


def signs_system(held: HeldPosts, system: IndicatorSystem) -> bool:
    """Whether the user may sign the indicator system for the applicant."""
    return is_reviewer(held, system.district)


def approves_system(held: HeldPosts, system: IndicatorSystem) -> bool:
    """Whether the user may approve it: for a leading body other than the applicant; the city's 经办 if there is none."""
    district = system.district
    others = district.authorities.exclude(pk=district.applicant_id or 0)
    if held.has(Role.CITY_OFFICER):
        return not others.exists()
    bodies = bodies_as(held, Role.AUTHORITY)
    return bool(bodies) and others.filter(pk__in=bodies).exists()
