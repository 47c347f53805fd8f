"""Permissions on the expert pool."""

from assessments.common.enums import PoolState
from assessments.experts.models.experts import ExpertProfile
from districts.file.models.district import District
from districts.file.rules import is_preparer, is_reviewer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def reads_pool(held: HeldPosts) -> bool:
    """Whether the user may read the pool: city and secretariat."""
    return held.is_city or keeps_pool(held)


def keeps_pool(held: HeldPosts, _expert: ExpertProfile | None = None) -> bool:
    """Whether the user may edit the pool: secretariat and the city's 经办."""
    return held.has(Role.SECRETARIAT, Role.CITY_OFFICER)


def is_this_expert(held: HeldPosts, expert: ExpertProfile) -> bool:
    """Whether the user is this expert."""
    return expert.user_id == held.person


def describes(held: HeldPosts, expert: ExpertProfile) -> bool:
    """Whether the user may enter employers, ties and absences: the expert or a keeper of the pool, unless the expert was removed."""
    return expert.status != PoolState.REMOVED and (is_this_expert(held, expert) or keeps_pool(held))


def of_applicant(held: HeldPosts, district: District) -> bool:
    """Whether the user is a preparer or reviewer of the district's applicant."""
    return is_preparer(held, district) or is_reviewer(held, district)
