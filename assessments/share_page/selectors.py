"""A share as its assignee sees it: only the assigned rows."""

import datetime as dt

from assessments.findings.selectors.check import RowFinding
from assessments.findings.selectors.plausibility import full_findings
from assessments.findings.selectors.row_facts import SETTLED, group_of
from assessments.score_page.selectors.table_rows import ScoreSheet
from assessments.sharing.models import RowShare
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import RowData, rows_of, score_rows
from districts.plausibility.comparisons import limits_of
from greendistrict.policy import parameters
from indicators.editions.selectors import rules_for


def share_rows(share: RowShare) -> dict[str, RowData]:
    """Live rows of the share by item."""
    rows = rows_of(share.table_id)[share.table_id]
    return {name: row for name, row in rows.items() if row.share == share.pk}


def share_sheet(share: RowShare) -> ScoreSheet:
    """The table reduced to the rows of the share, with last year's; its totals have no meaning."""
    rows = share_rows(share)
    previous = rows_of(share.table.previous_id).get(share.table.previous_id or 0, {})
    before = {name: row for name, row in previous.items() if name in rows}
    return ScoreSheet(share.table, score_rows(share.table, rows.values()), rows, before, limits_of(parameters.load()))


def share_findings(share: RowShare, today: dt.date) -> list[RowFinding]:
    """Findings of the check in the rows of the share; other rows' figures are not read, so that none is disclosed."""
    rows = share_rows(share)
    return [one for one in full_findings(share.table, score_rows(share.table, rows.values()), rows, today) if one.item_id]


def share_blocking(share: RowShare, today: dt.date) -> list[str]:
    """Reasons against signing off, in words."""
    return [f"{one.item_id} {one.title}：{one.text}" for one in share_findings(share, today) if one.blocks]


def progress_of(table: ScoreTable) -> dict[int, tuple[int, int]]:
    """(settled, assigned) number of rows by share of a table; settled as the table counts it."""
    items = rules_for(table.edition).table(table.type, table.stage).items
    progress: dict[int, tuple[int, int]] = {}
    for row in rows_of(table.pk)[table.pk].values():
        if row.share and row.item_id in items:
            done, count = progress.get(row.share, (0, 0))
            progress[row.share] = (done + (group_of(table, items[row.item_id], row) in SETTLED), count + 1)
    return progress
