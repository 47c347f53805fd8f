"""A file as it would be stored, beside its neighbours and beside the other ways in which its coordinates can be meant.

Nothing is chosen for the user where it is doubtful: axes that look exchanged, an outline that fits its neighbours better as GCJ-02, and a
file that states no coordinate system with nothing to compare it with are asked about (``asked``). Only for the child process.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, TypeVar

from districts.boundaries.geometry import checks, neighbours, readings
from districts.boundaries.geometry.boundary_file import BoundaryError, RawBoundary
from districts.boundaries.geometry.checks import CheckedBoundary, CheckedPlots, MeantSystem
from districts.common.coordinate_systems import AS_IS, GCJ02, READINGS, SWAPPED, SWAPPED_GCJ02, TURNED
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
    made = _readings(lambda way: checks.checked(raw, system, way), _boundary_otherwise, reading, ways)
    reading = reading if reading in made and not is_stored else ""

    def fit(found: CheckedBoundary) -> Fit:
        told = neighbours.relations(found.geometry, known).values()
        return max((one.common for one in told), default=0.0), max((max(one.own, one.other) for one in told), default=0.0)

    made = _likely(made, reading, fit if known else None)
    chosen, asked = _chosen(made, reading, system, fit if known else None)
    found = made[chosen]
    told = {**neighbours.relations(found.geometry, known), **neighbours.relations(found.geometry, others)}
    return {
        "found": vars(found),
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
    made = _readings(lambda way: checks.checked_plots(raw, system, attribute, way), _plots_otherwise, reading, ways)
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

    made = _likely(made, reading, fit if edge or former else None)
    chosen, asked = _chosen(made, reading, system, fit if edge or former else None)
    found = made[chosen]
    drawn = {plot.number: plot.geometry for plot in found.plots}
    known: Shapes = {"规划范围": edge} if edge else {}
    return {
        **vars(found),
        "plots": [vars(plot) for plot in found.plots],
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
    if system.reading and reading not in set(READINGS) - {SWAPPED_GCJ02}:
        return (system.reading, SWAPPED_GCJ02)
    may_be_shifted = system.crs.is_geographic and not system.is_named  # copied from a web map, latitude first
    return (AS_IS, GCJ02, SWAPPED, SWAPPED_GCJ02) if may_be_shifted else (AS_IS, GCJ02, SWAPPED)


def _readings(
    make: Callable[[str], Found], otherwise: Callable[[Found, str], Found | None], reading: str, ways: Sequence[str]
) -> dict[str, Found]:
    """What the file is in each way of reading that places it in the city. Raises ``BoundaryError`` of the wanted or the plain one.

    It is checked and measured as it will be shown; of the reading beside it only the shapes are made, from those (``otherwise``).
    """
    shown = reading if reading == GCJ02 and reading in ways else ways[0]
    beside = next((way for way in (AS_IS, GCJ02) if way != shown and way in ways), "")
    try:
        found = make(shown)
    except BoundaryError as error:
        if shown == ways[0] and (turned := [way for way in ways if way in TURNED]) and reading != shown:
            return _swapped(make, reading, error, turned)
        if shown == ways[0] or AS_IS in (plain := _readings(make, otherwise, "", ways)):
            raise
        return plain
    other = otherwise(found, beside) if beside else None
    made = {shown: found} if other is None else {shown: found, beside: other}
    if shown != ways[0] and other is None:
        return _readings(make, otherwise, "", ways)
    return {way: made[way] for way in ways if way in made}


def _swapped(make: Callable[[str], Found], reading: str, plain: BoundaryError, ways: Sequence[str]) -> dict[str, Found]:
    """What cannot be read as it stands, with its axes exchanged. Raises ``BoundaryError``: ``plain``, unless that reading was wanted."""
    made: dict[str, Found] = {}
    for way in ways:
        try:
            made[way] = make(way)
        except BoundaryError as error:
            if reading == way:
                raise
            if way == ways[0]:
                raise plain from error
    return made


def _boundary_otherwise(found: CheckedBoundary, reading: str) -> CheckedBoundary | None:
    [geometry] = readings.read_otherwise([found.geometry], reading)
    return replace(found, geometry=geometry) if _is_inside(geometry) else None


def _plots_otherwise(found: CheckedPlots, reading: str) -> CheckedPlots | None:
    geometries = readings.read_otherwise([plot.geometry for plot in found.plots], reading)
    if not all(map(_is_inside, geometries)):
        return None
    return replace(found, plots=[replace(plot, geometry=geometry) for plot, geometry in zip(found.plots, geometries, strict=True)])


def _is_inside(geometry: Mapping[str, Any]) -> bool:
    return all(checks.is_inside(point) for polygon in geometry["coordinates"] for ring in polygon for point in ring)


def _chosen(made: Mapping[str, Found], reading: str, system: MeantSystem, fit: Callable[[Found], Fit] | None) -> tuple[str, bool]:
    """The reading that is shown, and whether the user has to choose one."""
    if reading in made:
        return reading, False
    first = next(iter(made))
    if first in TURNED:
        return first, True
    if first == GCJ02 or GCJ02 not in made:
        return first, False
    if fit is None:
        return AS_IS, not system.is_named
    return AS_IS, _fits_better(fit(made[GCJ02]), fit(made[AS_IS]))


def _fits_better(shifted: Fit, plain: Fit) -> bool:
    return shifted[1] >= GOOD and any(after - before > BETTER for before, after in zip(plain, shifted, strict=True))


def _likely(made: dict[str, Found], reading: str, fit: Callable[[Found], Fit] | None) -> dict[str, Found]:
    """The readings without the one that is twofold where what is known does not speak for it, unless it was chosen."""
    if fit is None or not {*TURNED} <= {*made} or reading == SWAPPED_GCJ02 or _fits_better(fit(made[SWAPPED_GCJ02]), fit(made[SWAPPED])):
        return made
    return {SWAPPED: made[SWAPPED]}


def _offer(way: str, geometry: Mapping[str, Any], known: Shapes) -> dict[str, Any]:
    """Where a reading would place the shape: its middle (longitude, latitude), and how it lies to what is known."""
    points = [point for polygon in geometry["coordinates"] for point in polygon[0]]
    middle = [(min(point[axis] for point in points) + max(point[axis] for point in points)) / 2 for axis in (0, 1)]
    told = {name: {**asdict(one), "common": one.common} for name, one in neighbours.relations(geometry, known).items()}
    return {"key": way, "middle": middle, "relations": told, "geometry": geometry}
