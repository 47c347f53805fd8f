"""Permissions on publishing scores."""

from assessments.score_releases.models import RELEASERS
from greendistrict.accounts.selectors import HeldPosts


def may_release(held: HeldPosts) -> bool:
    """Whether the user may publish and withdraw scores: the city's 经办, as with announcements."""
    return held.has(*RELEASERS)
