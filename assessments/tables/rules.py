"""Permissions on a score table."""

from django.db.models import Model

from assessments.tables.models import WITH_VERSION, ScoreTable, TableState
from districts.file.rules import is_authority, is_reviewer, may_edit_district
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts

EDITABLE = (TableState.OPEN, TableState.RETURNED)


def may_edit_table(held: HeldPosts, table: ScoreTable) -> bool:
    """Whether the user may edit the table: preparer and consultant of the district, while the table is open."""
    return table.status in EDITABLE and may_edit_district(held, table.district)


def may_add_files(held: HeldPosts, obj: Model) -> bool:
    """Whether the user may add files to the table: those who may edit it."""
    return isinstance(obj, ScoreTable) and may_edit_table(held, obj)


def sees_drafts(held: HeldPosts, table: ScoreTable) -> bool:
    """Whether the user sees typed values and changes before submission: the district's own people and its authority only."""
    district = table.district
    return may_edit_district(held, district) or is_reviewer(held, district) or is_authority(held, district)


def sees_live_rows(held: HeldPosts, table: ScoreTable) -> bool:
    """Whether the user sees the live rows: those who see drafts; city and others only while the rows equal the submission."""
    return table.status in WITH_VERSION or sees_drafts(held, table)


def is_city_officer(held: HeldPosts, _obj: object) -> bool:
    """Whether the user is the city's 经办."""
    return held.has(Role.CITY_OFFICER)


def signs_table(held: HeldPosts, table: ScoreTable) -> bool:
    """Whether the user may submit tables of the district: its reviewer."""
    return is_reviewer(held, table.district)


def sends_table_back(held: HeldPosts, table: ScoreTable) -> bool:
    """Whether the user may return a submitted table: the city's 经办, the secretariat, the designated body."""
    return held.has(Role.CITY_OFFICER, Role.SECRETARIAT) or is_authority(held, table.district)
