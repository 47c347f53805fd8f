"""Who may do what with a report on a year of operation."""

from assessments.models import YearlyReport
from assessments.rules.filing import is_officer, oversees, signs
from districts.rules import may_edit_district
from greendistrict.accounts.models import User

OPEN = ("draft", "returned")
HANDED_IN = ("filed", "received")
__all__ = ["HANDED_IN", "OPEN", "is_officer", "may_add_files", "may_fill", "oversees", "signs"]


def may_fill(user: User, report: YearlyReport) -> bool:
    """Preparer and consultant while it is open."""
    return report.status in OPEN and may_edit_district(user, report.district)


def may_add_files(user: User, owner: object) -> bool:
    """Who fills in adds files."""
    return isinstance(owner, YearlyReport) and may_fill(user, owner)
