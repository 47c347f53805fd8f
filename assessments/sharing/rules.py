"""Permissions on shares: assign rows, fill them in, sign them off."""

from django.db.models import Model

from assessments.sharing.models import RowShare, ShareState
from assessments.tables.models import ScoreTable
from assessments.tables.rules import EDITABLE, may_add_files
from districts.file.rules import is_preparer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def gives_out(held: HeldPosts, table: ScoreTable) -> bool:
    """Whether the user may assign rows: the applicant's preparer while the table is open, but no consultant."""
    return table.status in EDITABLE and is_preparer(held, table.district)


def is_assignee(held: HeldPosts, share: RowShare) -> bool:
    """Whether the share is assigned to the user, or to a bureau for which they provide data."""
    if share.person_id:
        return share.person_id == held.person
    return share.organisation_id in held.organisations_as(Role.BUREAU)


def takes_back(held: HeldPosts, share: RowShare) -> bool:
    """Whether the user may return or withdraw the share: the applicant's preparer."""
    return is_preparer(held, share.table.district)


def may_fill(held: HeldPosts, share: RowShare) -> bool:
    """Whether the user may fill in the rows: the assignee, while share and table are open."""
    return share.status == ShareState.OPEN and share.table.status in EDITABLE and is_assignee(held, share)


def may_add_shared_files(held: HeldPosts, obj: Model) -> bool:
    """Whether the user may add files: those who may edit the table or fill in some of its rows."""
    if may_add_files(held, obj):
        return True
    if not isinstance(obj, ScoreTable) or obj.status not in EDITABLE:
        return False
    return any(may_fill(held, share) for share in obj.shares.filter(status=ShareState.OPEN).select_related("table__district"))
