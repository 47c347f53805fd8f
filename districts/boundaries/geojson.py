"""Schematic outline of a checked boundary. Pure. Files are read in ``districts.boundaries.geometry``."""

import math
from dataclasses import dataclass
from itertools import groupby
from typing import Any

KM_PER_DEGREE = 111.32


@dataclass(frozen=True)
class Outline:
    """A boundary as an SVG path in a box of ``width`` × ``height``, with the length in km that ``scale_px`` stands for."""

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
        return f"{self.scale_km:g} km" if self.scale_km >= 1 else f"{self.scale_km * 1000:g} m"


def outline(boundary: dict[str, Any], *, width: int = 520, height: int = 340, margin: int = 16) -> Outline:
    """Draw a checked boundary: equal scale both ways, north up, centred."""
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
    """Largest 1, 2 or 5 × 10ⁿ not above ``km``."""
    power: float = 10 ** math.floor(math.log10(km))
    return max(step * power for step in (1, 2, 5) if step * power <= km or step == 1)
