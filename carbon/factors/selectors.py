"""The factor library in force (data file, then the city's additions); every page of the portal looks factors up here.

Also here: Permissions on the factor library.
"""

from collections.abc import Mapping
from decimal import Decimal

from carbon.factor_library import FactorVersion, LibraryFactor, library
from carbon.factors.models import AddedFactor
from carbon.inventory import Factor
from carbon.units import factor_unit_of
from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.workflow.second_person import check_tasks
from greendistrict.workflow.task_rows import among
from greendistrict.workflow.todo import Task


def may_add(held: HeldPosts) -> bool:
    """Only the city's 审定 adds versions."""
    return held.has(Role.CITY_DIRECTOR)


def factors_now() -> Mapping[str, LibraryFactor]:
    """Factors by ID, versions of each oldest first, those that the city added once they are checked; one query."""
    added: dict[str, list[AddedFactor]] = {}
    for row in AddedFactor.objects.counted().order_by("key", "since"):
        added.setdefault(row.key, []).append(row)
    known = library()
    return {**known, **{key: _merged(known.get(key), rows) for key, rows in added.items()}}


def _merged(known: LibraryFactor | None, rows: list[AddedFactor]) -> LibraryFactor:
    versions = {version.since: version for version in map(_version, rows)}
    versions |= {version.since: version for version in known.versions} if known else {}
    name = known.name if known else rows[0].name
    return LibraryFactor(known.id if known else rows[0].key, name, tuple(versions[since] for since in sorted(versions)))


def _version(row: AddedFactor) -> FactorVersion:
    mass, per = factor_unit_of(row.unit)
    factor = Factor(Decimal(row.value), mass, per, row.key)
    return FactorVersion(row.since, factor, row.source, row.certainty, row.published, f"{row.decision}（{row.decided_on:%Y-%m-%d}）")


@among(AddedFactor.objects.waiting)
def tasks_for(viewer: Viewer) -> list[Task]:
    """Work-desk tasks: versions that the person may check; no query for people outside the city."""
    return check_tasks(viewer.user, AddedFactor.objects.waiting())
