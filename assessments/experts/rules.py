"""Permissions on the expert pool."""

from assessments.common.enums import PoolState
from assessments.experts.models.experts import ExpertProfile
from districts.file.models.district import District
from districts.file.rules import is_preparer, is_reviewer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def reads_pool(user: User) -> bool:
    """Whether the user may read the pool: city and secretariat."""
    return posts_of(user).is_city or keeps_pool(user)


def keeps_pool(user: User, _expert: ExpertProfile | None = None) -> bool:
    """Whether the user may edit the pool: secretariat and the city's 经办."""
    return posts_of(user).has(Role.SECRETARIAT, Role.CITY_OFFICER)


def is_this_expert(user: User, expert: ExpertProfile) -> bool:
    """Whether the user is this expert."""
    return expert.user_id == user.pk


def describes(user: User, expert: ExpertProfile) -> bool:
    """Whether the user may enter employers, ties and absences: the expert or a keeper of the pool, unless the expert was removed."""
    return expert.status != PoolState.REMOVED and (is_this_expert(user, expert) or keeps_pool(user))


def of_applicant(user: User, district: District) -> bool:
    """Whether the user is a preparer or reviewer of the district's applicant."""
    return is_preparer(user, district) or is_reviewer(user, district)
