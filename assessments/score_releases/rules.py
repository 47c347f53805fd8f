"""Permissions on the release of scores."""

from assessments.score_releases.models import RELEASERS
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def may_release(user: User) -> bool:
    """Who releases and withdraws: the city's officer, as with announcements."""
    return posts_of(user).has(*RELEASERS)
