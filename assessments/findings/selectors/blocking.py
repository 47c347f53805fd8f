"""Findings of the check before submission, and which of them block."""

import datetime as dt

from assessments.findings.selectors.check import RowFinding
from assessments.findings.selectors.plausibility import full_findings
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import Scored, rows_of, score_rows


def checked(table: ScoreTable, today: dt.date) -> tuple[Scored, list[RowFinding]]:
    """The score of the table as it stands, and all findings of the check before submission in the rows, blocking ones first."""
    rows = rows_of(table.pk)[table.pk]
    scored = score_rows(table, rows.values())
    return scored, sorted(full_findings(table, scored, rows, today), key=lambda one: not one.blocks)


def findings(table: ScoreTable, today: dt.date) -> list[RowFinding]:
    """All findings of the check before submission in the rows, blocking ones first."""
    return checked(table, today)[1]
