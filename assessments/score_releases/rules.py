"""Permissions on publishing scores."""

from assessments.score_releases.models import RELEASERS
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def may_release(user: User) -> bool:
    """Whether the user may publish and withdraw scores: the city's 经办, as with announcements."""
    return posts_of(user).has(*RELEASERS)
