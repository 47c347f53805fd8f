"""Permissions on a yearly report."""

from assessments.yearly_reports.enums import YearlyReportState
from assessments.yearly_reports.models import YearlyReport
from districts.file.rules import may_edit_district
from greendistrict.accounts.selectors import HeldPosts

OPEN = (YearlyReportState.DRAFT, YearlyReportState.RETURNED)
HANDED_IN = (YearlyReportState.FILED, YearlyReportState.RECEIVED)


def may_fill(held: HeldPosts, report: YearlyReport) -> bool:
    """Whether the user may edit the report: preparer and consultant while it is open."""
    return report.status in OPEN and may_edit_district(held, report.district)


def may_add_files(held: HeldPosts, owner: object) -> bool:
    """Whether the user may add files: those who may edit the report."""
    return isinstance(owner, YearlyReport) and may_fill(held, owner)
