"""Look up a share for a view."""

from django.shortcuts import get_object_or_404

from assessments.sharing.models import RowShare
from assessments.sharing.selectors import shares_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer


def seen_share(user: User, pk: int) -> RowShare:
    """The share if the user sees it. Raises ``Http404``."""
    return get_object_or_404(shares_visible_to(Viewer(user)), pk=pk)
