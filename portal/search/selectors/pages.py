"""Search for pages of the menu."""

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from portal.frame.menu import MENU, address
from portal.search.selectors.hits import Hit, HitGroup, group, is_like


def pages(user: User, text: str) -> HitGroup:
    """Menu pages of the user's roles; all of them without a search text."""
    roles = posts_of(user).roles
    return group(
        "页面",
        (
            Hit(entry.label, section.label if section.label != entry.label else "", href)
            for section in MENU
            for entry in section.entries
            if entry.roles & roles and (href := address(entry.url_name)) and is_like(text, entry.label, section.label)
        ),
    )
