"""Who may read text blocks and propose wordings."""

from approvals.cases.rules import is_city
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def reads_texts(held: HeldPosts) -> bool:
    """Whether the person may read the text blocks with their versions: city posts only."""
    return is_city(held)


def may_propose_text(held: HeldPosts) -> bool:
    """Whether the person may propose a wording: the officer or the legal office."""
    return held.has(Role.CITY_OFFICER, Role.CITY_LEGAL)
