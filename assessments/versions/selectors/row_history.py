"""Cell history of a row: every edit for the drafting side, differences between submitted versions for others."""

from itertools import pairwise

from django.db.models import F, Q, QuerySet

from assessments.tables.models import RowChange, ScoreTable
from assessments.tables.rules import sees_drafts
from assessments.versions.selectors.changes import FIELD_WORDS, CellChange
from assessments.versions.selectors.differences import differences, frozen_state
from greendistrict.accounts.viewer import Viewer
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import Item


def changes_of(table: ScoreTable, item_id: str = "", field: str = "") -> QuerySet[RowChange]:
    """Changes of a table, newest first, optionally of one clause or field. Saves that change nothing are left out."""
    same = Q(old=F("new")) & ~Q(field="unchanged")
    found = RowChange.objects.filter(row__table=table).exclude(same).select_related("by", "row").order_by("-pk")
    found = found.filter(row__item_id=item_id) if item_id else found
    return found.filter(field=field) if field else found


def past_of(viewer: Viewer, table: ScoreTable, item_id: str) -> list[CellChange] | None:
    """History of a clause for users who may not see drafts; None for others, who read the changes themselves."""
    return None if sees_drafts(viewer.held, table) else [change for _, change in version_changes(table, item_id)]


def version_changes(table: ScoreTable, item_id: str = "", field: str = "") -> list[tuple[Item, CellChange]]:
    """Cells in which a submitted version differs from the one before, newest first; drafts in between stay private."""
    items = rules_for(table.edition).items
    states = [
        (version, frozen_state(version, "", str(version.number))) for version in table.versions.select_related("table").order_by("number")
    ]
    found: list[tuple[Item, CellChange]] = []
    for (_, before), (version, after) in reversed(list(pairwise(states))):
        changed = [one for one in differences(before, after) if not item_id or one.item_id == item_id]
        by = f"第{version.number}版"
        found += [
            (items[one.item_id], CellChange(one.label, one.old, one.new, by, version.frozen_at))
            for one in changed
            if not field or one.label == FIELD_WORDS[field]
        ]
    return found
