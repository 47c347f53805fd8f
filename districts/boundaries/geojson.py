"""Schematic outlines of checked boundaries and plots (pure functions). ``districts.boundaries.geometry`` reads the files."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

KM_PER_DEGREE = 111.32
ORIGIN, METRES_NORTH = (121.5, 31.2), KM_PER_DEGREE * 1000
METRES_EAST = METRES_NORTH * math.cos(math.radians(ORIGIN[1]))
Box = tuple[int, int, int, int]  # west, top, east, bottom


@dataclass(frozen=True)
class Outline:
    """A boundary as an SVG path in a box of ``width`` × ``height``; ``scale_px`` pixels stand for ``scale_km``."""

    path: str
    width: int
    height: int
    scale_km: float
    scale_px: float

    @property
    def view_box(self) -> str:
        """Value of the ``viewBox`` attribute."""
        return f"0 0 {self.width} {self.height}"

    @property
    def scale_words(self) -> str:
        """Length of the scale bar in words."""
        return _length_words(self.scale_km)


def _length_words(km: float) -> str:
    return f"{km:g} km" if km >= 1 else f"{km * 1000:g} m"


def outline(boundary: dict[str, Any], *, width: int = 520, height: int = 340, margin: int = 16) -> Outline:
    """Draw a checked boundary: same scale in both directions, north up, centred."""
    points = [point for polygon in boundary["coordinates"] for ring in polygon for point in ring]
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    west, east, south, north = min(xs), max(xs), min(ys), max(ys)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide, high = (east - west) * squeeze or 1e-9, (north - south) or 1e-9
    scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high)
    left, top = (width - wide * scale) / 2, (height - high * scale) / 2
    rings = [
        [f"{left + (x - west) * squeeze * scale:.1f} {top + (north - y) * scale:.1f}" for x, y, *_ in ring[:-1]]
        for polygon in boundary["coordinates"]
        for ring in polygon
    ]
    path = "".join(f"M{'L'.join([spot for spot, _ in groupby(ring)])}Z" for ring in rings)  # corners of one spot are drawn once
    km = _round_length(width / 5 / scale * KM_PER_DEGREE)
    return Outline(path, width, height, km, round(km / KM_PER_DEGREE * scale, 1))


def _round_length(km: float) -> float:
    """Largest value of the form 1, 2 or 5 × 10ⁿ not above ``km``."""
    power: float = 10 ** math.floor(math.log10(km))
    return max(step * power for step in (1, 2, 5) if step * power <= km or step == 1)


def metre_path(geometry: dict[str, Any]) -> tuple[str, Box]:
    """A checked shape as an SVG path on a grid of whole metres common to the whole city (y axis to the south), and its box.

    Paths of several shapes can be drawn together by joining them. Corners within the same metre are drawn once.
    """
    rings = [[spot for spot, _ in groupby(_spot(point) for point in ring[:-1])] for polygon in geometry["coordinates"] for ring in polygon]
    xs, ys = ([spot[axis] for ring in rings for spot in ring] for axis in (0, 1))
    return "".join(_ring_path(ring) for ring in rings), (min(xs), min(ys), max(xs), max(ys))


def as_file(geometry: dict[str, Any], **properties: str) -> bytes:
    """A stored shape as a GeoJSON file with one feature, as it is read again."""
    feature = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}, ensure_ascii=False).encode()


def box_of(geometry: dict[str, Any]) -> Box:
    """Box of a shape on the metre grid."""
    spots = [_spot(point) for polygon in geometry["coordinates"] for point in polygon[0]]
    xs, ys = [spot[0] for spot in spots], [spot[1] for spot in spots]
    return min(xs), min(ys), max(xs), max(ys)


def _spot(point: list[float]) -> tuple[int, int]:
    return round((point[0] - ORIGIN[0]) * METRES_EAST), round((ORIGIN[1] - point[1]) * METRES_NORTH)


def _ring_path(ring: list[tuple[int, int]]) -> str:
    """SVG path of a ring: first corner absolute, the others relative to their predecessor, which halves the length."""
    steps = "".join(f"{x - a:+d}{y - b:+d}" for (a, b), (x, y) in pairwise(ring))
    return f"M{ring[0][0]} {ring[0][1]}l{steps.removeprefix('+')}z" if steps else ""


@dataclass(frozen=True)
class Frame:
    """Transformation of a box of the metre grid into a drawing of ``width`` × ``height``: same scale in both directions, centred."""

    width: int
    height: int
    scale: float
    left: float
    top: float

    @property
    def view_box(self) -> str:
        """Value of the ``viewBox`` attribute."""
        return f"0 0 {self.width} {self.height}"

    @property
    def transform(self) -> str:
        """Value of the ``transform`` attribute for shapes drawn in metres."""
        return f"matrix({self.scale:.6f} 0 0 {self.scale:.6f} {self.left:.2f} {self.top:.2f})"

    def path(self, geometry: dict[str, Any]) -> str:
        """A checked shape as an SVG path in the drawing; corners of one spot are drawn once."""
        rings = [[spot for spot, _ in groupby(map(self._pixel, ring[:-1]))] for polygon in geometry["coordinates"] for ring in polygon]
        return "".join(f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in ring)}Z" for ring in rings)

    def _pixel(self, point: list[float]) -> tuple[float, float]:
        east, south = (point[0] - ORIGIN[0]) * METRES_EAST, (ORIGIN[1] - point[1]) * METRES_NORTH
        return round(east * self.scale + self.left, 1), round(south * self.scale + self.top, 1)

    @property
    def scale_km(self) -> float:
        """Length of the scale bar in km: a round value of about a fifth of the width."""
        return _round_length(self.width / 5 / self.scale / 1000)

    @property
    def scale_px(self) -> float:
        """Length of the scale bar in the drawing."""
        return round(self.scale_km * 1000 * self.scale, 1)

    @property
    def scale_words(self) -> str:
        """Length of the scale bar in words."""
        return _length_words(self.scale_km)

    def place(self, box: Box) -> tuple[float, float]:
        """Centre of a box in the drawing."""
        return round((box[0] + box[2]) / 2 * self.scale + self.left, 1), round((box[1] + box[3]) / 2 * self.scale + self.top, 1)


def frame_of(boxes: Iterable[Box], *, width: int = 520, height: int = 340, margin: int = 16) -> Frame:
    """Frame that shows all the boxes."""
    west, top, east, bottom = (pick(side) for pick, side in zip((min, min, max, max), zip(*boxes, strict=True), strict=True))
    wide, high = max(east - west, 1), max(bottom - top, 1)
    scale = min((width - 2 * margin) / wide, (height - 2 * margin) / high)
    return Frame(width, height, scale, (width - wide * scale) / 2 - west * scale, (height - high * scale) / 2 - top * scale)
