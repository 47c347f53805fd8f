"""Look up a share for a view."""

from django.shortcuts import get_object_or_404

from assessments.sharing.models import RowShare
from assessments.sharing.selectors import shares_visible_to
from greendistrict.accounts.models import User


def seen_share(user: User, pk: int) -> RowShare:
    """The share if the user sees it. Raises ``Http404``."""
    return get_object_or_404(shares_visible_to(user), pk=pk)
