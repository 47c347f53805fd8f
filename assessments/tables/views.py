"""The visible score table behind an address."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from assessments.tables.models import ScoreTable
from assessments.tables.rules import sees_live_rows
from assessments.tables.selectors.tables import score_tables_visible_to, table_worked_on
from greendistrict.accounts.models import User


def seen_table(user: User, pk: int) -> ScoreTable:
    """Table in this person's sight with the self-check around it. Raises ``Http404``."""
    return get_object_or_404(score_tables_visible_to(user).select_related("self_check"), pk=pk)


def live_table(user: User, pk: int) -> ScoreTable:
    """The same for those who see the rows as they are now. Raises ``Http404``."""
    table = seen_table(user, pk)
    if not sees_live_rows(user, table):
        raise Http404
    return table


def filled_table(user: User, pk: int) -> ScoreTable:
    """The same for filling in. Raises ``Http404``."""
    table = table_worked_on(user, pk)
    if table is None:
        raise Http404
    return table
