"""How the coordinates of a file can be meant: as they stand, as GCJ-02, or with exchanged axes.

Loads numpy, so only for the child process.
"""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from districts.boundaries.geometry.boundary_file import Point, Polygon
from districts.common.coordinate_systems import GCJ02, SWAPPED_GCJ02, TURNED

Array = np.ndarray[Any, np.dtype[np.float64]]
AXIS, FLATTENING = 6378245.0, 0.00669342162296594323  # of the ellipsoid that the shift is computed on
CENTRE = (105.0, 35.0)
PLACES = 7  # of a degree: a centimetre
STEPS = 6  # each brings the place back a hundredfold closer


def swapped(polygons: list[Polygon]) -> list[Polygon]:
    """The polygons with both coordinates of each point exchanged."""
    return [[[(second, first) for first, second in ring] for ring in polygon] for polygon in polygons]


def before(polygons: list[Polygon], reading: str) -> list[Polygon]:
    """What a reading does to the coordinates of the file."""
    return swapped(polygons) if reading in TURNED else polygons


def after(polygons: list[Polygon], reading: str) -> list[Polygon]:
    """What a reading does to degrees, longitude first."""
    return [[from_gcj02(ring) for ring in polygon] for polygon in polygons] if reading in {GCJ02, SWAPPED_GCJ02} else polygons


def from_gcj02(ring: list[Point]) -> list[Point]:
    """Degrees of WGS84 for degrees of GCJ-02, to better than a metre."""
    return [(east, north) for east, north in _shifted_back(np.array(ring, dtype=np.float64)).tolist()]


def to_gcj02(ring: list[Point]) -> list[Point]:
    """Degrees of GCJ-02 for degrees of WGS84."""
    plain = np.array(ring, dtype=np.float64)
    return [(east, north) for east, north in (plain + _shift(plain)).tolist()]


def read_otherwise(geometries: Sequence[Mapping[str, Any]], reading: str) -> list[dict[str, Any]]:
    """What checked shapes are by the other one of the readings as it stands and GCJ-02, ``reading``; all their points at once."""
    rings = [ring for geometry in geometries for polygon in geometry["coordinates"] for ring in polygon]
    points = np.array([point for ring in rings for point in ring], dtype=np.float64)
    moved = _shifted_back(points) if reading == GCJ02 else points + _shift(points)
    rest = iter(moved.round(PLACES).tolist())
    return [
        {
            "type": "MultiPolygon",
            "coordinates": [[list(islice(rest, len(ring))) for ring in polygon] for polygon in geometry["coordinates"]],
        }
        for geometry in geometries
    ]


def _shifted_back(points: Array) -> Array:
    found = points.copy()
    for _ in range(STEPS):
        found = points - _shift(found)
    return found


def _shift(points: Array) -> Array:
    """Shift of each point in degrees, by the published formula of the web maps."""
    x, y = points[:, 0] - CENTRE[0], points[:, 1] - CENTRE[1]
    root, product = np.sqrt(np.abs(x)), x * y
    waves = 20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * product + 0.2 * root
    north += (waves + _waves(y, ((20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30)))) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * product + 0.1 * root
    east += (waves + _waves(x, ((20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30)))) * 2 / 3
    latitude = np.radians(points[:, 1])
    narrow = 1 - FLATTENING * np.sin(latitude) ** 2
    metres_north = AXIS * (1 - FLATTENING) / narrow**1.5
    metres_east = AXIS / np.sqrt(narrow) * np.cos(latitude)
    return np.column_stack([np.degrees(east / metres_east), np.degrees(north / metres_north)])


def _waves(along: Array, parts: tuple[tuple[float, float], ...]) -> Array:
    total = np.zeros_like(along)
    for height, pace in parts:
        total = total + height * np.sin(np.pi * along * pace)
    return total
