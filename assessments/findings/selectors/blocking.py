"""Findings of the check before submission, and which of them block."""

from assessments.findings.selectors.check import RowFinding
from assessments.findings.selectors.plausibility import full_findings
from assessments.tables.models import ScoreTable
from assessments.tables.selectors.scoring import rows_of, score_rows


def findings(table: ScoreTable) -> list[RowFinding]:
    """All findings of the check before submission in the rows, blocking ones first."""
    rows = rows_of(table.pk)[table.pk]
    found = full_findings(table, score_rows(table, rows.values()), rows)
    return sorted(found, key=lambda one: not one.blocks)


def blocking_rows(table: ScoreTable) -> list[RowFinding]:
    """Findings that must be resolved before the table can be submitted."""
    return [finding for finding in findings(table) if finding.blocks]
