"""Limits of a boundary file, the error that tells its user what to do, and the content that was read.

A polygon is a list of rings, the outer one first; a ring is a list of ``(x, y)``.
"""

from dataclasses import dataclass
from typing import Any

MIB = 1024 * 1024
MAX_BYTES = 10 * MIB
MAX_UNPACKED = 40 * MIB
MAX_POINTS = 50_000
MAX_PLOT_POINTS = 200_000  # of all plots of a district together
# The city (120°52′ to 122°12′ E, 30°40′ to 31°53′ N) with its islands: 佘山岛 (122°14.6′ E, declaration of baselines of 1996) and 鸡骨礁
# (122°23′ E, 上海地名志: the easternmost point of the city). 海礁, further east, is of 嵊泗 in Zhejiang.
EAST = (120.85, 122.40)
NORTH = (30.65, 31.90)
Point = tuple[float, float]
Polygon = list[list[Point]]
Named = tuple[dict[str, str], list[Polygon]]  # a feature: its attributes as text and its polygons
NUMBER = "地块编号"  # attribute under which the reader of drawings gives the text in an outline


class BoundaryError(ValueError):
    """The file is not an acceptable boundary; the message says what to do. ``field`` is the form field concerned."""

    def __init__(self, text: str, *, field: str = "file") -> None:
        super().__init__(text)
        self.field = field


def in_words(value: Any) -> str:
    """A value as its table shows it: nothing where there is none, and whole numbers of a column of decimals without their point."""
    if value is None or value != value:  # noqa: PLR0124 -- not a number, which a column of numbers keeps for what is empty
        return ""
    return str(int(value) if isinstance(value, float) and value.is_integer() else value).strip()


@dataclass(frozen=True)
class RawBoundary:
    """Content of a file: format in words, polygons, the text of its coordinate system, and how many features were left out as no areas."""

    format: str
    features: list[Named]
    system: str = ""
    left_out: int = 0

    @property
    def polygons(self) -> list[Polygon]:
        """All polygons, regardless of their feature."""
        return [polygon for _, polygons in self.features for polygon in polygons]
