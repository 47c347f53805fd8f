"""Search for pages of the menu."""

from greendistrict.accounts.viewer import Viewer
from portal.frame.menu import address, menu_sections
from portal.search.selectors.hits import Hit, HitGroup, group, is_like


def pages(viewer: Viewer, text: str) -> HitGroup:
    """Menu pages of the user's roles; all of them without a search text."""
    roles = viewer.held.roles
    return group(
        "页面",
        (
            Hit(entry.label, section.label if section.label != entry.label else "", href)
            for section in menu_sections()
            for entry in section.entries
            if entry.roles & roles and (href := address(entry.url_name)) and is_like(text, entry.label, section.label)
        ),
    )
