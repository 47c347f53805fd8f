"""Who keeps the standards: 经办 brings editions in and checks them, 审定 publishes, locks and supersedes. Four eyes, two posts."""

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats


def may_draft(user: User) -> bool:
    """Whether this person brings in and checks editions."""
    return seats(user).has(Role.CITY_OFFICER)


def may_publish(user: User) -> bool:
    """Whether this person decides which editions hold."""
    return seats(user).has(Role.CITY_DIRECTOR)
