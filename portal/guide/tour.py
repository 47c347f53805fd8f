"""The first sign-in: the three things with which a seat begins, once, until the person puts them away."""

from dataclasses import dataclass

from django.urls import reverse

from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from portal.guide.library import FirstStep, GuidePage, seat_page
from portal.guide.reader import GuideReader


@dataclass(frozen=True)
class Tour:
    """Page of the seat, and its three things with their addresses."""

    page: GuidePage
    steps: tuple[tuple[FirstStep, str], ...]


def tour_of(user: User) -> Tour | None:
    """Three things of the first post held; nothing for whom they were shown, and for whom nobody gave a post."""
    held = posts_of(user)
    page = seat_page(held.posts[0].role) if held.posts and not user.introduced else None
    if page is None:
        return None
    reader = GuideReader(frozenset(held.roles), is_person=True)
    return Tour(page, tuple((step, reverse(step.view) if reader.opens(step.view) else "") for step in page.first))
