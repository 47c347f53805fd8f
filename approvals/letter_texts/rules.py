"""Who may read text blocks and propose wordings."""

from approvals.cases.rules import is_city
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def reads_texts(user: User) -> bool:
    """Whether the person may read the text blocks with their versions: city posts only."""
    return is_city(user)


def may_propose_text(user: User) -> bool:
    """Whether the person may propose a wording: the officer or the legal office."""
    return posts_of(user).has(Role.CITY_OFFICER, Role.CITY_LEGAL)
