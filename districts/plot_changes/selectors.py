"""Changes of plots, and the list of plots as it was on a day, before later changes."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from operator import attrgetter
from typing import Any

from django.db.models import QuerySet

from districts.common.enums import PlotChangeKind
from districts.file.models.district import District
from districts.plot_changes.models import PlotChange
from districts.plots.models import Plot
from districts.plots.selectors.as_of_day import PlotOnDay, plot_on
from greendistrict.core.memoisation import once


def plots_on(districts: Collection[int], day: dt.date) -> dict[int, list[PlotOnDay]]:
    """Plots by district as they were at the end of a day, ordered by number: later changes are undone. Two queries for all districts.

    A plot that was split, merged or renumbered later has its own number, areas and use again; what came of it is left out.
    """
    return _stood(_rows(districts).iterator(), changed_after(districts, day), day)


def plots_of(district: int, day: dt.date) -> list[PlotOnDay]:
    """As ``plots_on``, for one district; its plots are read once for all the days that a page tells of."""
    return _stood(once(_rows_of, district), changed_after([district], day), day).get(district, [])


def _stood(rows: Iterable[Plot], was: Mapping[int, Mapping[str, Any] | None], day: dt.date) -> dict[int, list[PlotOnDay]]:
    found: dict[int, list[PlotOnDay]] = {}
    for row in rows:
        stored = was.get(row.pk, None if row.ended_by_id else {})
        if stored is not None:
            plot = copy(row)
            for name, value in stored.items():
                field: Any = Plot._meta.get_field(name)
                setattr(plot, name, field.to_python(value))
            found.setdefault(plot.district_id, []).append(plot_on(plot, day))
    return {key: sorted(own, key=attrgetter("number")) for key, own in found.items()} if was else found


def _rows(districts: Collection[int]) -> QuerySet[Plot]:
    return Plot.with_ended.filter(district__in=districts).order_by("number", "pk")


def _rows_of(district: int) -> list[Plot]:
    return list(_rows([district]))


def changed_after(districts: Collection[int], day: dt.date) -> dict[int, Mapping[str, Any] | None]:
    """Plots of which changes after a day are to be undone: what was stored of them then, None for those that did not exist. One query."""
    was: dict[int, Mapping[str, Any] | None] = {}
    for change in reversed(_made_after(districts, day)):
        was |= {row["id"]: None for row in change.after} | {row["id"]: row for row in change.before}
    return was


def _made_after(districts: Collection[int], day: dt.date) -> list[PlotChange]:
    """Changes made after a day as they were recorded, with later records about what these made."""
    found: list[PlotChange] = []
    made: set[int] = set()
    for change in once(_changes_of, tuple(sorted(districts))):
        if change.on > day or made & _keys(change.before):
            made |= _keys(change.after)
            found.append(change)
    return found


def _changes_of(districts: tuple[int, ...]) -> list[PlotChange]:
    return list(PlotChange.objects.filter(district__in=districts).order_by("pk"))


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
