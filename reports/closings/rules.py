"""Who reads the closings of years and who decides them."""

from django.db.models import Model

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def reads_closings(user: User) -> bool:
    """The city prepares and reads; what a closing is about spans all districts."""
    return posts_of(user).is_city


def closes_years(user: User, _closing: Model) -> bool:
    """审定 closes a year and opens it again."""
    return posts_of(user).has(Role.CITY_DIRECTOR)
