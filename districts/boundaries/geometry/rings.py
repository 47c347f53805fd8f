"""Points and rings of any format, and what is said of geometries that are no areas."""

import math
from collections import Counter
from typing import Any

from districts.boundaries.geometry.boundary_file import BoundaryError, Point

UNCLOSED = {False: 1e-8, True: 1e-3}  # of degrees or metres: what rounding leaves between the ends of a ring, a millimetre


def pair(point: Any) -> Point:
    """The first two numbers of a point. Raises ``BoundaryError``."""
    numbers = point[:2] if isinstance(point, list | tuple) else []
    if len(numbers) != 2 or not all(isinstance(number, int | float) and not isinstance(number, bool) for number in numbers):  # noqa: PLR2004 -- a pair
        msg = "文件里有不是数字的坐标"
        raise BoundaryError(msg)
    try:
        return float(numbers[0]), float(numbers[1])
    except OverflowError as error:
        msg = "文件里有大得不可能的坐标"
        raise BoundaryError(msg) from error


def closed(ring: list[Point]) -> list[Point]:
    """The ring, closed where only rounding keeps its ends apart."""
    if len(ring) > 1 and ring[0] != ring[-1]:
        most = UNCLOSED[max(map(abs, ring[0])) > 360]  # noqa: PLR2004 -- degrees
        if math.dist(ring[0], ring[-1]) <= most:
            return [*ring[:-1], ring[0]]
    return ring


def no_areas(left: Counter[str]) -> str:
    """Refusal of a file with nothing but what was ``left``, counted by kind."""
    return f"文件里没有面，只有{'、'.join(f'{number}{kind}' for kind, number in left.items())}，请导出面（Polygon或MultiPolygon）"
