"""Who may do what to a score table and to the self-check around it."""

from django.db.models import Model

from assessments.models import ScoreTable, SelfCheck
from districts.rules import is_authority, is_preparer, is_reviewer, may_edit_district
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats

EDITABLE = ("open", "returned")
SEEN_BY_CITY = ("submitted", "received")


def may_edit_table(user: User, table: ScoreTable) -> bool:
    """Preparer and consultant of the district type, while the table is open."""
    return table.status in EDITABLE and may_edit_district(user, table.district)


def may_add_files(user: User, obj: Model) -> bool:
    """Who may edit a table may add files to it."""
    return isinstance(obj, ScoreTable) and may_edit_table(user, obj)


def sees_live_rows(user: User, table: ScoreTable) -> bool:
    """The district's own people and its authority see rows before they are submitted; the city and others what was submitted."""
    district = table.district
    return table.status in SEEN_BY_CITY or may_edit_district(user, district) or is_reviewer(user, district) or is_authority(user, district)


def hands_up(user: User, check: SelfCheck) -> bool:
    """The preparer hands up; a consultant never does."""
    return is_preparer(user, check.district)


def signs(user: User, check: SelfCheck) -> bool:
    """The reviewer signs, and is never the person who handed up."""
    return is_reviewer(user, check.district) and check.handed_up_by_id != user.pk


def signs_to_city(user: User, check: SelfCheck) -> bool:
    """Signing that goes straight to the city."""
    return not check.countersign_required and signs(user, check)


def signs_to_authority(user: User, check: SelfCheck) -> bool:
    """Signing that goes to the designated body first, as the settings wanted when the self-check was opened."""
    return check.countersign_required and signs(user, check)


def countersigns(user: User, check: SelfCheck) -> bool:
    """The designated body; a body that applies for the district itself never endorses itself."""
    own = check.district.applicant_id in seats(user).organisations_as(Role.AUTHORITY)
    return not own and is_authority(user, check.district)


def countersigns_filed(user: User, check: SelfCheck) -> bool:
    """A filed self-check may still be countersigned once, where that is optional."""
    return check.countersigned_at is None and countersigns(user, check)


def is_city_officer(user: User, _obj: object) -> bool:
    """The city's officer."""
    return seats(user).has(Role.CITY_OFFICER)


def signs_table(user: User, table: ScoreTable) -> bool:
    """The reviewer of the district submits its tables."""
    return is_reviewer(user, table.district)


def sends_table_back(user: User, table: ScoreTable) -> bool:
    """Whoever checks a submitted table may send it back: the city's officer, the secretariat, the designated body."""
    return seats(user).has(Role.CITY_OFFICER, Role.SECRETARIAT) or is_authority(user, table.district)
