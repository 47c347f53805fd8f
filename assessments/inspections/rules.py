"""Permissions on inspections and their findings."""

from assessments.inspections.models import Inspection, InspectionFinding, InspectionFindingState, InspectionState
from districts.file.rules import is_preparer, is_reviewer, may_edit_district
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def inspects(held: HeldPosts) -> bool:
    """Whether the user may register findings: the city's 经办 and the secretariat."""
    return held.has(Role.CITY_OFFICER, Role.SECRETARIAT)


def writes(held: HeldPosts, inspection: Inspection) -> bool:
    """Whether the user may edit the inspection: an inspector, while it is a draft."""
    return inspection.status == InspectionState.DRAFT and inspects(held)


def registers(held: HeldPosts, _inspection: Inspection) -> bool:
    """Whether the user is the city's 经办 or of the secretariat."""
    return inspects(held)


def issues(held: HeldPosts, _inspection: Inspection) -> bool:
    """Whether the user may issue and close inspections: the city's 经办."""
    return held.has(Role.CITY_OFFICER)


def calls_assessment(held: HeldPosts, _inspection: Inspection) -> bool:
    """Whether the user may order an early assessment: the city's 审定."""
    return held.has(Role.CITY_DIRECTOR)


def mends(held: HeldPosts, finding: InspectionFinding) -> bool:
    """Whether the user may write the reply on the rectification: preparer or consultant."""
    inspection = finding.inspection
    return (
        inspection.status == InspectionState.ISSUED
        and finding.status == InspectionFindingState.OPEN
        and may_edit_district(held, inspection.district)
    )


def reports(held: HeldPosts, finding: InspectionFinding) -> bool:
    """Whether the user may report the rectification to the city: the applicant's reviewer."""
    return is_reviewer(held, finding.inspection.district)


def prepares(held: HeldPosts, finding: InspectionFinding) -> bool:
    """Whether the user is the applicant's preparer."""
    return is_preparer(held, finding.inspection.district)


def accepts(held: HeldPosts, _finding: InspectionFinding) -> bool:
    """Whether the user may close a finding or return it: the city's 经办."""
    return held.has(Role.CITY_OFFICER)


def may_add_files(held: HeldPosts, owner: object) -> bool:
    """Whether the user may add files: inspectors while it is a draft, the district's people while a finding is open."""
    if isinstance(owner, Inspection):
        return writes(held, owner)
    return isinstance(owner, InspectionFinding) and (mends(held, owner) or writes(held, owner.inspection))
