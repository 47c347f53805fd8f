"""Permissions on shares: assign rows, fill them in, sign them off."""

from django.db.models import Model

from assessments.sharing.enums import ShareState
from assessments.sharing.models import RowShare
from assessments.tables.models import ScoreTable
from assessments.tables.rules import EDITABLE, may_add_files
from districts.file.rules import is_preparer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def gives_out(user: User, table: ScoreTable) -> bool:
    """The applicant's preparer shares the work out while the table is open; a consultant does not."""
    return table.status in EDITABLE and is_preparer(user, table.district)


def is_assignee(user: User, share: RowShare) -> bool:
    """The person it was given to, or anybody who provides data for the bureau it was given to."""
    if share.person_id:
        return share.person_id == user.pk
    return share.organisation_id in posts_of(user).organisations_as(Role.BUREAU)


def takes_back(user: User, share: RowShare) -> bool:
    """Who gave it out sends it back or withdraws it."""
    return is_preparer(user, share.table.district)


def may_fill(user: User, share: RowShare) -> bool:
    """The assignee fills while share and table are open."""
    return share.status == ShareState.OPEN and share.table.status in EDITABLE and is_assignee(user, share)


def may_add_shared_files(user: User, obj: Model) -> bool:
    """Who may edit a table, or fills some rows of it, may add files to it."""
    if may_add_files(user, obj):
        return True
    if not isinstance(obj, ScoreTable) or obj.status not in EDITABLE:
        return False
    return any(may_fill(user, share) for share in obj.shares.filter(status=ShareState.OPEN).select_related("table__district"))
