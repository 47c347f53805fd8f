"""Who may decide about settings."""

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats


def may_set(user: User) -> bool:
    """Whether a setting of the policy may be confirmed or changed: the director decides (审定)."""
    return seats(user).has(Role.CITY_DIRECTOR)
