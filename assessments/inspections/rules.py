"""Who may do what with an inspection and its findings."""

from assessments.inspections.enums import InspectionFindingState, InspectionState
from assessments.inspections.models import Inspection, InspectionFinding
from districts.file.rules import is_preparer, is_reviewer, may_edit_district
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of

ISSUED = (InspectionState.ISSUED, InspectionState.CLOSED)


def inspects(user: User) -> bool:
    """The city's officer and the secretariat register what was found."""
    return posts_of(user).has(Role.CITY_OFFICER, Role.SECRETARIAT)


def writes(user: User, inspection: Inspection) -> bool:
    """Whoever inspects writes while it is a draft."""
    return inspection.status == InspectionState.DRAFT and inspects(user)


def registers(user: User, _inspection: Inspection) -> bool:
    """Officer or secretariat."""
    return inspects(user)


def issues(user: User, _inspection: Inspection) -> bool:
    """The city's officer issues and closes."""
    return posts_of(user).has(Role.CITY_OFFICER)


def calls_assessment(user: User, _inspection: Inspection) -> bool:
    """The city's director decides on an early assessment."""
    return posts_of(user).has(Role.CITY_DIRECTOR)


def mends(user: User, finding: InspectionFinding) -> bool:
    """Preparer and consultant may write what was corrected."""
    inspection = finding.inspection
    return (
        inspection.status == InspectionState.ISSUED
        and finding.status == InspectionFindingState.OPEN
        and may_edit_district(user, inspection.district)
    )


def reports(user: User, finding: InspectionFinding) -> bool:
    """The applicant's reviewer may report corrections to the city."""
    return is_reviewer(user, finding.inspection.district)


def prepares(user: User, finding: InspectionFinding) -> bool:
    """The applicant's preparer."""
    return is_preparer(user, finding.inspection.district)


def accepts(user: User, _finding: InspectionFinding) -> bool:
    """The city's officer closes a finding or sends it back."""
    return posts_of(user).has(Role.CITY_OFFICER)


def may_add_files(user: User, owner: object) -> bool:
    """Inspectors while it is a draft, the district's people while a finding is open."""
    if isinstance(owner, Inspection):
        return writes(user, owner)
    return isinstance(owner, InspectionFinding) and (mends(user, owner) or writes(user, owner.inspection))
