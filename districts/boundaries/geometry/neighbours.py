"""How outlines lie to their neighbours: shares, distances, overlaps, equal shapes. Loads numpy, so only for the child process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from districts.boundaries.geojson import METRES_EAST, METRES_NORTH

SAME = 0.99  # of two outlines together is common to both
SLIVER = 0.01  # of the smaller plot: the thickness of drawn lines
TOUCH = 1e-6  # of the smaller: what computing leaves of a common edge
SQUARE_METRES = 1_000_000
SCALE = np.array([METRES_EAST, METRES_NORTH])


@dataclass(frozen=True)
class OutlineRelation:
    """How an outline lies to another one: share of each within the other (0 to 1), common km², metres between them (0 where they meet)."""

    own: float
    other: float
    km2: float
    metres: float

    @property
    def common(self) -> float:
        """Share of both together that is common (0 to 1)."""
        return 1 / (1 / self.own + 1 / self.other - 1) if self.own and self.other else 0.0


def plane(geometry: Mapping[str, Any]) -> BaseGeometry | None:
    """A stored shape in metres; None for one that holds no area."""
    try:
        drawn = shape(geometry)
        flat = shapely.transform(drawn, lambda points: points * SCALE)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, shapely.errors.ShapelyError):
        return None
    valid = flat if flat.is_valid else shapely.make_valid(flat)
    return None if valid.is_empty or not valid.area else valid


def relation(own: BaseGeometry, other: BaseGeometry) -> OutlineRelation:
    """How a shape in metres lies to another."""
    common = own.intersection(other).area
    if common < TOUCH * min(own.area, other.area):
        common = 0.0
    metres = 0.0 if common else float(own.distance(other))
    return OutlineRelation(common / own.area, common / other.area, common / SQUARE_METRES, metres)


def relations(geometry: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> dict[str, OutlineRelation]:
    """How a shape lies to each of the others, by name."""
    own = plane(geometry)
    drawn = {name: plane(other) for name, other in others.items()}
    return {name: relation(own, other) for name, other in drawn.items() if own is not None and other is not None}


def metres_from(geometry: Mapping[str, Any], place: tuple[float, float]) -> float:
    """Metres from a place (longitude, latitude) to a shape; 0 inside."""
    own = plane(geometry)
    return 0.0 if own is None else float(own.distance(shapely.Point(place[0] * SCALE[0], place[1] * SCALE[1])))


def shares(geometry: dict[str, Any], others: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Share (0 to 1) of a boundary that lies in each of the others, by name; those without overlap are left out."""
    own = shape(geometry)
    found = {name: own.intersection(shape(other)).area / own.area for name, other in others.items()}
    return {name: share for name, share in found.items() if share > 0}


@dataclass(frozen=True)
class PlotNeighbours:
    """How plots lie to what is around them, by number.

    ``outside`` the boundary: number, share outside, metres away; ``overlaps``: two numbers, share of the smaller; ``same``: two numbers of
    one shape; ``moved`` away from their former shape: number, metres.
    """

    outside: list[tuple[str, float, float]]
    overlaps: list[tuple[str, str, float]]
    same: list[tuple[str, str]]
    moved: list[tuple[str, float]]


def of_plots(
    plots: Mapping[str, Mapping[str, Any]],
    *,
    boundary: Mapping[str, Any] | None,
    others: Mapping[str, Mapping[str, Any]],
    former: Mapping[str, Mapping[str, Any]],
) -> PlotNeighbours:
    """How new plots lie to the boundary, to each other, to ``others`` that stay, and to their own ``former`` shapes, by number."""
    drawn = {number: found for number, geometry in plots.items() if (found := plane(geometry)) is not None}
    staying = {number: found for number, geometry in others.items() if (found := plane(geometry)) is not None}
    edge = plane(boundary) if boundary else None
    outside = []
    for number, own in drawn.items() if edge is not None else ():
        found = relation(own, edge)
        if 1 - found.own > SLIVER:
            outside.append((number, 1 - found.own, found.metres))
    moved = []
    for number, geometry in former.items():
        before = plane(geometry)
        if number in drawn and before is not None and (found := relation(drawn[number], before)) and not found.own:
            moved.append((number, found.metres))
    overlaps, same = _pairs(drawn, staying)
    return PlotNeighbours(outside, overlaps, same, moved)


def _pairs(
    drawn: Mapping[str, BaseGeometry], staying: Mapping[str, BaseGeometry]
) -> tuple[list[tuple[str, str, float]], list[tuple[str, str]]]:
    """Overlapping and equal shapes, each pair once, where at least one of the two is new."""
    numbers = [*drawn, *staying]
    shapes = [*drawn.values(), *staying.values()]
    overlaps, same = [], []
    if not drawn:
        return [], []
    new, met = shapely.STRtree(shapes).query(list(drawn.values()), predicate="intersects")
    for one, two in zip(new.tolist(), met.tolist(), strict=True):
        if one >= two:
            continue
        found = relation(shapes[one], shapes[two])
        if found.common > SAME:
            same.append((numbers[one], numbers[two]))
        elif (share := max(found.own, found.other)) > SLIVER:
            overlaps.append((numbers[one], numbers[two], share))
    return overlaps, same
