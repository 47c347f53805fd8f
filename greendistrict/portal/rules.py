"""Who may use what the portal adds."""

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats


def may_hold_token(user: User) -> bool:
    """City and partner seats may give a system of theirs a token of the API."""
    held = seats(user)
    return held.is_city or held.has(Role.PARTNER)
