"""Changes of plots for their list."""

import datetime as dt
from collections.abc import Collection

from districts.common.enums import PlotChangeKind
from districts.file.models.district import District
from districts.plot_changes.models import PlotChange


def changed_after(districts: Collection[int], day: dt.date) -> dict[int, list[PlotChange]]:
    """Changes made after ``day``, by district; the plot list includes their effect already. One query."""
    found: dict[int, list[PlotChange]] = {}
    for change in PlotChange.objects.filter(district__in=districts, on__gt=day).order_by("on", "pk"):
        found.setdefault(change.district_id, []).append(change)
    return found


def taken_back(district: District) -> set[int]:
    """Primary keys of the district's changes that were revoked later; one query."""
    rows = district.plot_changes.order_by("pk").values_list("pk", "kind", "before", "after")
    made: dict[frozenset[int], int] = {}
    found = set()
    for pk, kind, before, after in rows:
        if kind == PlotChangeKind.REVOKE and (own := made.get(_keys(before))):
            found.add(own)
        made[_keys(after)] = pk
    return found


def _keys(rows: list[dict[str, int]]) -> frozenset[int]:
    return frozenset(row["id"] for row in rows)
