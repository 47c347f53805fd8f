"""Permissions on a stage assessment."""

from assessments.common.rules import is_officer, signs_any
from assessments.stage_assessments.models import StageAssessment, StageState
from districts.file.rules import may_edit_district
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.policy.rules import decides as policy_decides

EDITABLE = (StageState.DRAFT,)
MENDING = (StageState.RECTIFYING,)


def may_fill(held: HeldPosts, stage: StageAssessment) -> bool:
    """Whether the user may edit table and mechanisms: preparer and consultant while it is a draft."""
    return stage.status in EDITABLE and may_edit_district(held, stage.district)


def may_mend(held: HeldPosts, stage: StageAssessment) -> bool:
    """Whether the user may write the rectification report: preparer and consultant during the rectification."""
    return stage.status in MENDING and may_edit_district(held, stage.district)


def may_add_files(held: HeldPosts, stage: object) -> bool:
    """Whether the user may add files: those who may edit the assessment or its rectification report."""
    return isinstance(stage, StageAssessment) and (may_fill(held, stage) or may_mend(held, stage))


def is_secretary(held: HeldPosts, _stage: StageAssessment) -> bool:
    """Whether the user is of the secretariat."""
    return held.has(Role.SECRETARIAT)


def organises(held: HeldPosts, stage: StageAssessment) -> bool:
    """Whether the user may open the panel's review of what was filed."""
    return is_officer(held, stage) or is_secretary(held, stage)


def mends_or_reports(held: HeldPosts, stage: StageAssessment) -> bool:
    """Whether the user writes the rectification report or reports it to the city."""
    return may_mend(held, stage) or signs_any(held, stage)


def extends(held: HeldPosts, stage: StageAssessment) -> bool:
    """Whether the user may decide on an extension of 整改: 审定, or 审核 if the settings allow, but never the person who proposed."""
    return policy_decides(held, "extend") and stage.proposed_by_id != held.person
