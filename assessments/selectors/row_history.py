"""History of the cells of a row: who changed what, when, from what to what."""

from django.db.models import QuerySet

from assessments.models import RowChange, ScoreTable


def changes_of(table: ScoreTable, item_id: str = "", field: str = "") -> QuerySet[RowChange]:
    """Changes of a table, newest first; of one clause or one field where they are given."""
    found = RowChange.objects.filter(row__table=table).select_related("by", "row").order_by("-pk")
    found = found.filter(row__item_id=item_id) if item_id else found
    return found.filter(field=field) if field else found
