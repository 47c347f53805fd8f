"""Who may decide about settings, and who reads how districts stand to the rules."""

from greendistrict.accounts.enums import CITY, Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats

CHECK_READERS = CITY | {Role.AUTHORITY, Role.SECRETARIAT, Role.PARTNER, Role.PREPARER, Role.REVIEWER, Role.CONSULTANT}


def may_set(user: User) -> bool:
    """Whether a setting of the policy may be confirmed or changed: the director decides (审定)."""
    return seats(user).has(Role.CITY_DIRECTOR)


def reads_check(user: User) -> bool:
    """Whether the page that asks districts every rule is for this person: experts, bureaus and keepers have no part in it."""
    return seats(user).has(*CHECK_READERS)
