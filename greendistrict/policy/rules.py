"""Permissions: who decides about settings, who reads the policy check."""

from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.policy import parameters

CHECK_READERS = CITY | {Role.AUTHORITY, Role.SECRETARIAT, Role.PARTNER, Role.PREPARER, Role.REVIEWER, Role.CONSULTANT}


def may_set(user: User) -> bool:
    """Whether the person may confirm or change a setting: the director (审定)."""
    return posts_of(user).has(Role.CITY_DIRECTOR)


def is_directors(action: str) -> bool:
    """Whether an action (``grant``, ``announce``, ``extend`` …) is the director's by the settings ``approval_chain``."""
    return action in parameters.load().words("approval_chain.director_decides")


def decides(user: User, action: str) -> bool:
    """Whether the person decides an action: 审定, and 审核 where the settings do not name it as the director's."""
    held = posts_of(user)
    return held.has(Role.CITY_DIRECTOR) or (held.has(Role.CITY_CHECKER) and not is_directors(action))


def reads_check(user: User) -> bool:
    """Whether the person may open the policy check of all districts: not experts, bureaus and keepers."""
    return posts_of(user).has(*CHECK_READERS)
