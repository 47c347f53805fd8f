"""Save many cells of a score table in one statement."""

from collections.abc import Mapping, Sequence

from assessments.tables.models import ScoreTable
from assessments.tables.registry import above
from assessments.tables.rules import EDITABLE
from assessments.tables.services.base_quantities import settle_bases
from assessments.tables.services.cells import closed_words, save_cell
from assessments.tables.services.rows import RowTyped, write_rows
from districts.file.rules import may_edit_district
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.errors import Closed, NotAllowed, Refused


def save_rows(*, table: ScoreTable, rows: Sequence[RowTyped], by: User) -> dict[str, Refused]:
    """Save the fields of many rows, each with its own version check; returns the refusals (``Stale``, ``Closed``) by clause.

    Rows changed by somebody else meanwhile or signed off are retried cell by cell, so that only cells that really differ conflict. Raises
    ``NotAllowed`` (403) and ``Closed`` (410) before anything is saved; users who do not edit the district may fill only rows assigned to
    them.
    """
    viewer = Viewer(by)
    given = may_edit_district(viewer.held, table.district) or all(above().holder.fills(viewer, table, row.item_id) for row in rows)
    NotAllowed.unless(given, "您可以查看这张评分表，不能填报")
    if table.status not in EDITABLE:
        raise Closed(closed_words(table))
    saved = write_rows(table, rows, by)
    problems: dict[str, Refused] = {}
    for row in rows:
        if row.item_id not in saved:
            _one_by_one(table, row, by, problems)
    if any(isinstance(row.fields.get("value"), Mapping) for row in rows):
        settle_bases(table, by)
    return problems


def _one_by_one(table: ScoreTable, row: RowTyped, by: User, problems: dict[str, Refused]) -> None:
    version = row.version
    for field in sorted(row.fields, key=lambda one: one == "value"):  # a declaration first: beside one that stands no value is taken
        value = row.fields[field]
        try:
            version = save_cell(table=table, item_id=row.item_id, field=field, value=value, version=version, token="", by=by).version
        except Refused as refused:
            problems[row.item_id] = refused
