"""Who may do what with a stage assessment."""

from assessments.models import StageAssessment
from districts.rules import is_preparer, is_reviewer, may_edit_district
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats

EDITABLE = ("draft",)
MENDING = ("rectifying",)
SEEN_BY_PARTNERS = ("qualified", "rectifying", "rechecking", "mended", "unmended")


def may_fill(user: User, stage: StageAssessment) -> bool:
    """Preparer and consultant write table and mechanisms while it is a draft."""
    return stage.status in EDITABLE and may_edit_district(user, stage.district)


def may_mend(user: User, stage: StageAssessment) -> bool:
    """Preparer and consultant write the rectification report while it runs."""
    return stage.status in MENDING and may_edit_district(user, stage.district)


def may_add_files(user: User, stage: object) -> bool:
    """Who writes adds files."""
    return isinstance(stage, StageAssessment) and (may_fill(user, stage) or may_mend(user, stage))


def prepares(user: User, stage: StageAssessment) -> bool:
    """The applicant's preparer; a consultant never submits."""
    return is_preparer(user, stage.district)


def signs(user: User, stage: StageAssessment) -> bool:
    """The applicant's reviewer, never the person who handed up."""
    return is_reviewer(user, stage.district) and stage.handed_up_by_id != user.pk


def signs_any(user: User, stage: StageAssessment) -> bool:
    """The applicant's reviewer."""
    return is_reviewer(user, stage.district)


def is_officer(user: User, _stage: StageAssessment) -> bool:
    """The city's 经办."""
    return seats(user).has(Role.CITY_OFFICER)


def is_secretary(user: User, _stage: StageAssessment) -> bool:
    """The secretariat."""
    return seats(user).has(Role.SECRETARIAT)


def checks(user: User, stage: StageAssessment) -> bool:
    """The city's 审核, never the person who proposed."""
    return seats(user).has(Role.CITY_CHECKER) and stage.proposed_by_id != user.pk


def decides(user: User, stage: StageAssessment) -> bool:
    """The city's 审定, never the person who proposed."""
    return seats(user).has(Role.CITY_DIRECTOR) and stage.proposed_by_id != user.pk


def sees_verdict(user: User) -> bool:
    """City and secretariat read the verdict before it is decided."""
    held = seats(user)
    return held.is_city or held.has(Role.SECRETARIAT)
