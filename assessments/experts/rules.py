"""Permissions on the expert pool, and on requesting a recusal before a draw."""

from assessments.common.enums import PoolState
from assessments.experts.models.experts import ExpertProfile
from districts.file.models.district import District
from districts.file.rules import is_preparer, is_reviewer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def reads_pool(user: User) -> bool:
    """City and secretariat read the pool."""
    return posts_of(user).is_city or keeps_pool(user)


def keeps_pool(user: User, _expert: ExpertProfile | None = None) -> bool:
    """Secretariat and the city's officer keep it."""
    return posts_of(user).has(Role.SECRETARIAT, Role.CITY_OFFICER)


def is_this_expert(user: User, expert: ExpertProfile) -> bool:
    """The expert, in person."""
    return expert.user_id == user.pk


def describes(user: User, expert: ExpertProfile) -> bool:
    """The expert or a keeper of the pool may enter employers, ties and absences, except of a removed person."""
    return expert.status != PoolState.REMOVED and (is_this_expert(user, expert) or keeps_pool(user))


def of_applicant(user: User, district: District) -> bool:
    """Preparer or reviewer of the district's applicant."""
    return is_preparer(user, district) or is_reviewer(user, district)
