"""Permissions on a score table."""

from django.db.models import Model

from assessments.tables.enums import TableState
from assessments.tables.models import ScoreTable
from districts.file.rules import is_authority, is_reviewer, may_edit_district
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of

EDITABLE = (TableState.OPEN, TableState.RETURNED)
SEEN_BY_CITY = (TableState.SUBMITTED, TableState.RECEIVED)


def may_edit_table(user: User, table: ScoreTable) -> bool:
    """Preparer and consultant of the district type, while the table is open."""
    return table.status in EDITABLE and may_edit_district(user, table.district)


def may_add_files(user: User, obj: Model) -> bool:
    """Who may edit a table may add files to it."""
    return isinstance(obj, ScoreTable) and may_edit_table(user, obj)


def sees_drafts(user: User, table: ScoreTable) -> bool:
    """The district's own people and its authority see what was typed and changed before a submission; nobody else does."""
    district = table.district
    return may_edit_district(user, district) or is_reviewer(user, district) or is_authority(user, district)


def sees_live_rows(user: User, table: ScoreTable) -> bool:
    """Who sees drafts sees the rows as they are; the city and others while they are what was submitted."""
    return table.status in SEEN_BY_CITY or sees_drafts(user, table)


def is_city_officer(user: User, _obj: object) -> bool:
    """The city's officer."""
    return posts_of(user).has(Role.CITY_OFFICER)


def signs_table(user: User, table: ScoreTable) -> bool:
    """The reviewer of the district submits its tables."""
    return is_reviewer(user, table.district)


def sends_table_back(user: User, table: ScoreTable) -> bool:
    """Whoever checks a submitted table may send it back: the city's officer, the secretariat, the designated body."""
    return posts_of(user).has(Role.CITY_OFFICER, Role.SECRETARIAT) or is_authority(user, table.district)
