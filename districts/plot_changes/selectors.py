"""Changes of plots as their list shows them."""

from districts.common.enums import PlotChangeKind
from districts.file.models.district import District


def taken_back(district: District) -> set[int]:
    """Changes of a district that were taken back, by key: a later one has the plots after them as those before; one query."""
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
