"""Permissions on reserve projects."""

from beautiful.plans.rules import coordinates, coordinating_role, reads_all
from beautiful.reserves.models import EDITABLE, ReserveProject
from districts.file.rules import bodies_as
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts


def proposes_for(held: HeldPosts) -> frozenset[int]:
    """Bodies for which the person proposes: a 区专门机构, a partner of the city, the city for projects of the seat itself."""
    own = held.organisations_as(coordinating_role()) if held.is_city else frozenset()
    return bodies_as(held, Role.AUTHORITY) | held.organisations_as(Role.PARTNER) | own


def may_read_reserves(held: HeldPosts) -> bool:
    """Whether the user may read reserve projects: the city, and everybody who may propose."""
    return reads_all(held) or held.has(Role.AUTHORITY, Role.PARTNER)


def writes(held: HeldPosts, project: ReserveProject) -> bool:
    """Whether the user belongs to the side that proposed the project."""
    return project.proposer_id in proposes_for(held)


def may_write(held: HeldPosts, project: ReserveProject) -> bool:
    """Whether the user may edit the project: people of the proposing side, while it is editable."""
    return project.status in EDITABLE and writes(held, project)


def may_drop(held: HeldPosts, project: ReserveProject) -> bool:
    """Whether the user may drop the project: those who may edit it, if it was never submitted."""
    return not project.number and may_write(held, project)


def screens(held: HeldPosts, project: ReserveProject) -> bool:
    """Whether the user may screen the project: 美丽上海统筹, but not the person who submitted it."""
    return coordinates(held) and project.submitted_by_id != held.person


def keeps(held: HeldPosts, project: ReserveProject) -> bool:
    """The seat 美丽上海统筹 records the entry in the national library, and removes projects."""
    del project
    return coordinates(held)
