"""Look up a score table for a view."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from assessments.tables.models import ScoreTable
from assessments.tables.rules import sees_live_rows
from assessments.tables.selectors.tables import score_tables_visible_to, table_worked_on
from greendistrict.accounts.viewer import Viewer


def seen_table(viewer: Viewer, pk: int) -> ScoreTable:
    """The table with its self-check if the user sees it. Raises ``Http404``."""
    return get_object_or_404(score_tables_visible_to(viewer).select_related("self_check"), pk=pk)


def live_table(viewer: Viewer, pk: int) -> ScoreTable:
    """The table if the user sees its live rows. Raises ``Http404``."""
    table = seen_table(viewer, pk)
    if not sees_live_rows(viewer.held, table):
        raise Http404
    return table


def filled_table(viewer: Viewer, pk: int) -> ScoreTable:
    """The table with everything needed to fill it in (``table_worked_on``). Raises ``Http404``."""
    table = table_worked_on(viewer, pk)
    if table is None:
        raise Http404
    return table
