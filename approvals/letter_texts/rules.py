"""Who reads and proposes wordings of letters."""

from approvals.cases.rules import is_city
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def reads_texts(user: User) -> bool:
    """Whether the person reads the text blocks with their versions: the city."""
    return is_city(user)


def may_propose_text(user: User) -> bool:
    """Whether the person may propose a wording: the officer, and the legal office for what it answers for."""
    return posts_of(user).has(Role.CITY_OFFICER, Role.CITY_LEGAL)
