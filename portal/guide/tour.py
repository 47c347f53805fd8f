"""The tour at the first sign-in: the first three things to do in a role, shown until the user dismisses them."""

from dataclasses import dataclass

from django.urls import reverse

from greendistrict.accounts.viewer import Viewer
from portal.guide.library import FirstStep, GuidePage, seat_page
from portal.guide.reader import GuideReader


@dataclass(frozen=True)
class Tour:
    """Page of the role, and its three things with their URLs."""

    page: GuidePage
    steps: tuple[tuple[FirstStep, str], ...]


def tour_of(viewer: Viewer) -> Tour | None:
    """The tour for the user's first role; None if it was dismissed or the user has no role."""
    held = viewer.held
    page = seat_page(held.posts[0].role) if held.posts and not viewer.user.introduced else None
    if page is None:
        return None
    reader = GuideReader(frozenset(held.roles), is_person=True, today=viewer.today)
    return Tour(page, tuple((step, reverse(step.view) if reader.opens(step.view) else "") for step in page.first))
