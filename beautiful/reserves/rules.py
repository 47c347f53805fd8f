"""Permissions on reserve projects."""

from beautiful.plans.rules import coordinates, coordinating_role, reads_all
from beautiful.reserves.enums import EDITABLE
from beautiful.reserves.models import ReserveProject
from districts.file.rules import bodies_as
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of


def proposes_for(user: User) -> frozenset[int]:
    """Bodies for which the person proposes: a 区专门机构, a partner of the city, the city for projects of the seat itself."""
    held = posts_of(user)
    own = held.organisations_as(coordinating_role()) if held.is_city else frozenset()
    return bodies_as(user, Role.AUTHORITY) | held.organisations_as(Role.PARTNER) | own


def may_read_reserves(user: User) -> bool:
    """Whether the user may read reserve projects: the city, and everybody who may propose."""
    return reads_all(user) or posts_of(user).has(Role.AUTHORITY, Role.PARTNER)


def writes(user: User, project: ReserveProject) -> bool:
    """Whether the user belongs to the side that proposed the project."""
    return project.proposer_id in proposes_for(user)


def may_write(user: User, project: ReserveProject) -> bool:
    """Whether the user may edit the project: people of the proposing side, while it is editable."""
    return project.status in EDITABLE and writes(user, project)


def may_drop(user: User, project: ReserveProject) -> bool:
    """Whether the user may drop the project: those who may edit it, if it was never submitted."""
    return not project.number and may_write(user, project)


def screens(user: User, project: ReserveProject) -> bool:
    """Whether the user may screen the project: 美丽上海统筹, but not the person who submitted it."""
    return coordinates(user) and project.submitted_by_id != user.pk


def keeps(user: User, project: ReserveProject) -> bool:
    """The seat 美丽上海统筹 records the entry in the national library, and removes projects."""
    del project
    return coordinates(user)
