"""Who reads the archive, and who prepares, closes and hands over a volume."""

from django.db.models import Model

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def reads_archive(user: User) -> bool:
    """The city keeps the archive of its matters."""
    return posts_of(user).is_city


def prepares_volumes(user: User, _volume: Model | None = None) -> bool:
    """经办 prepares."""
    return posts_of(user).has(Role.CITY_OFFICER)


def closes_volumes(user: User, _volume: Model) -> bool:
    """审核 checks and closes."""
    return posts_of(user).has(Role.CITY_CHECKER)


def hands_over_volumes(user: User, _volume: Model) -> bool:
    """审核 or 审定 hands over."""
    return posts_of(user).has(Role.CITY_CHECKER, Role.CITY_DIRECTOR)
