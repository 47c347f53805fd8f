"""Search for places of the guide by title; the guide's own search covers the text."""

from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from portal.guide.selectors import pages_visible_to, reader_of
from portal.search.selectors.hits import Hit, HitGroup, group, is_like


def guide(viewer: Viewer, text: str) -> HitGroup:
    """Pages of the guide and their sections, for the user's roles."""
    return group(
        "办事指南",
        (
            Hit(title, page.title if title != page.title else "", f"{reverse('portal:guide_page', args=[page.slug])}{anchor}")
            for page in pages_visible_to(reader_of(viewer))
            for title, anchor in [(page.title, ""), *((piece.title, f"#{piece.title}") for piece in page.pieces if piece.title)]
            if is_like(text, title)
        ),
    )
