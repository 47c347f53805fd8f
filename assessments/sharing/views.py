"""Look up a share for a view."""

from django.shortcuts import get_object_or_404

from assessments.sharing.models import RowShare
from assessments.sharing.selectors import shares_visible_to
from greendistrict.accounts.viewer import Viewer


def seen_share(viewer: Viewer, pk: int) -> RowShare:
    """The share if the user sees it. Raises ``Http404``."""
    return get_object_or_404(shares_visible_to(viewer), pk=pk)
