"""A file as it would be stored, beside its neighbours and beside the other ways in which its coordinates can be meant.

Nothing is chosen for the user where it is doubtful: axes that look exchanged, an outline that fits its neighbours better as GCJ-02, and a
file that states no coordinate system with nothing to compare it with are asked about (``asked``). Only for the child process.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from districts.boundaries.geometry import checks, neighbours
from districts.boundaries.geometry.boundary_file import BoundaryError, RawBoundary
from districts.boundaries.geometry.checks import CheckedBoundary, CheckedPlots, MeantSystem
from districts.common.coordinate_systems import AS_IS, GCJ02, READINGS, SWAPPED
from greendistrict.core.folded_keys import folded

BETTER = 0.05  # by which a share in common with what is known has to grow before another reading is suspected
GOOD = 0.9  # of the smaller of both has to be common then
Found = TypeVar("Found")
Fit = tuple[float, float]  # share in common with what is known: of both together, of the smaller
Shapes = Mapping[str, Mapping[str, Any]]


def boundary(
    raw: RawBoundary,
    system: MeantSystem,
    *,
    reading: str,
    known: Shapes,
    others: Shapes,
    site: tuple[float, float] | None,
    is_stored: bool = False,
) -> dict[str, Any]:
    """An outline beside the ``known`` shapes that it should fit and the ``others``; ``site``: where the district is said to lie.

    ``is_stored``: it is one of ours, of which no other reading is offered.
    """
    ways = _ways(reading, system, is_stored=is_stored)
    made = _readings(lambda way: checks.checked(raw, system, way), reading, ways)
    reading = reading if reading in made and not is_stored else ""

    def fit(found: CheckedBoundary) -> Fit:
        told = neighbours.relations(found.geometry, known).values()
        return max((one.common for one in told), default=0.0), max((max(one.own, one.other) for one in told), default=0.0)

    chosen, asked = _chosen(made, reading, system, fit if known else None)
    found = made[chosen]
    told = {**neighbours.relations(found.geometry, known), **neighbours.relations(found.geometry, others)}
    return {
        "found": asdict(found),
        "reading": chosen,
        "asked": asked,
        "offers": [_offer(way, made[way].geometry, known) for way in made] if asked or reading else [],
        "relations": {name: {**asdict(one), "common": one.common} for name, one in told.items()},
        "metres_from_site": neighbours.metres_from(found.geometry, site) if site else 0.0,
    }


def plots(
    raw: RawBoundary,
    system: MeantSystem,
    *,
    attribute: str,
    reading: str,
    edge: Mapping[str, Any] | None,
    stored: Shapes,
    is_stored: bool = False,
) -> dict[str, Any]:
    """Plots of a file beside the boundary and the shapes that are ``stored`` by number, however the file writes the number.

    ``is_stored``: they are ours, of which no other reading is offered.
    """
    ways = _ways(reading, system, is_stored=is_stored)
    made = _readings(lambda way: checks.checked_plots(raw, system, attribute, way), reading, ways)
    reading = reading if reading in made and not is_stored else ""
    named = {folded(plot.number): plot.number for found in made.values() for plot in found.plots}
    former = {named[folded(number)]: geometry for number, geometry in stored.items() if folded(number) in named}
    others = {number: geometry for number, geometry in stored.items() if folded(number) not in named}

    def fit(found: CheckedPlots) -> Fit:
        inside = [one.own for one in neighbours.relations(_joined(found), {"": edge} if edge else {}).values()]
        again = [plot for plot in found.plots if plot.number in former]
        same = [one.common for plot in again for one in neighbours.relations(plot.geometry, {"": former[plot.number]}).values()]
        again_share = sum(same) / len(same) if same else 0.0
        return again_share, max([*inside, again_share])

    chosen, asked = _chosen(made, reading, system, fit if edge or former else None)
    found = made[chosen]
    drawn = {plot.number: plot.geometry for plot in found.plots}
    known: Shapes = {"规划范围": edge} if edge else {}
    return {
        **asdict(found),
        "reading": chosen,
        "asked": asked,
        "offers": [_offer(way, _joined(made[way]), known) for way in made] if asked or reading else [],
        "neighbours": asdict(neighbours.of_plots(drawn, boundary=edge, others=others, former=former)),
    }


def _joined(found: CheckedPlots) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": [part for plot in found.plots for part in plot.geometry["coordinates"]]}


def _ways(reading: str, system: MeantSystem, *, is_stored: bool) -> Sequence[str]:
    """The readings to try, the wanted or the plain one first."""
    if is_stored:
        return (AS_IS,)
    if system.reading and reading not in READINGS:
        return (system.reading,)
    return (AS_IS, GCJ02, SWAPPED)


def _readings(make: Callable[[str], Found], reading: str, ways: Sequence[str]) -> dict[str, Found]:
    """What the file is in each way of reading that places it in the city. Raises ``BoundaryError`` of the wanted or the plain one."""
    made: dict[str, Found] = {}
    wrong: dict[str, BoundaryError] = {}
    for way in ways:
        if way == SWAPPED and AS_IS in made:
            continue  # places of the city cannot be exchanged
        if way == GCJ02 and way in ways[1:] and AS_IS not in made:
            continue
        try:
            made[way] = make(way)
        except BoundaryError as error:
            wrong[way] = error
    if not made or reading in wrong:
        raise wrong.get(reading) or wrong[ways[0]]
    return made


def _chosen(made: Mapping[str, Found], reading: str, system: MeantSystem, fit: Callable[[Found], Fit] | None) -> tuple[str, bool]:
    """The reading that is shown, and whether the user has to choose one."""
    if reading in made:
        return reading, False
    first = next(iter(made))
    if first == SWAPPED:
        return SWAPPED, True
    if first == GCJ02 or GCJ02 not in made:
        return first, False
    if fit is None:
        return AS_IS, not system.is_named
    plain, shifted = fit(made[AS_IS]), fit(made[GCJ02])
    return AS_IS, shifted[1] >= GOOD and any(after - before > BETTER for before, after in zip(plain, shifted, strict=True))


def _offer(way: str, geometry: Mapping[str, Any], known: Shapes) -> dict[str, Any]:
    """Where a reading would place the shape: its middle (longitude, latitude), and how it lies to what is known."""
    points = [point for polygon in geometry["coordinates"] for point in polygon[0]]
    middle = [(min(point[axis] for point in points) + max(point[axis] for point in points)) / 2 for axis in (0, 1)]
    told = {name: {**asdict(one), "common": one.common} for name, one in neighbours.relations(geometry, known).items()}
    return {"key": way, "middle": middle, "relations": told, "geometry": geometry}
