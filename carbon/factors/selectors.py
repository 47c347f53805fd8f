"""The factor library in force (data file, then the city's additions); every page of the portal looks factors up here."""

from collections.abc import Mapping
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse

from carbon.factor_library import FactorVersion, LibraryFactor, library
from carbon.factors.models import AddedFactor
from carbon.factors.rules import may_check
from carbon.inventory import Factor
from carbon.units import factor_unit_of
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.workflow.todo import Task


def factors_now() -> Mapping[str, LibraryFactor]:
    """Factors by ID, versions of each oldest first, those that the city added once they are checked; one query."""
    added: dict[str, list[AddedFactor]] = {}
    for row in AddedFactor.objects.filter(checked_at__isnull=False).order_by("key", "since"):
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


def waiting_for_check() -> QuerySet[AddedFactor]:
    """Versions that nobody has checked, oldest first."""
    found = AddedFactor.objects.filter(checked_at__isnull=True, returned_at__isnull=True)
    return found.select_related("entered_by").order_by("entered_at", "pk")


def tasks_for(user: User) -> list[Task]:
    """Work-desk tasks: versions that the person may check; no query for people outside the city."""
    if not posts_of(user).is_city:
        return []
    return [
        Task(
            title="核对新增的排放因子版本",
            subject=str(row),
            link=reverse("carbon:factor_check", args=[row.pk]),
            since=row.entered_at,
            kind="carbon.check_factor",
        )
        for row in waiting_for_check()
        if may_check(user, row)
    ]
