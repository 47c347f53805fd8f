"""Layout of the public tile map: one tile per 行政区 at its approximate position, below them one per key area (四（二）).

It draws no boundaries and therefore needs no 审图号.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from districts.common.certainty import UNKNOWN_STAGE
from districts.common.city_grid import GRID, SPECIAL
from districts.common.enums import Stage

COLUMN, ROW = 144, 92
GAP = 9
LINE = 22
NAME_Y, FIRST_MARK_Y = 21.5, 41.5
CHARACTER = 12
WORDS = {"demo": str(Stage.DEMONSTRATION.label), "pilot": str(Stage.PILOT.label), "cand": str(UNKNOWN_STAGE)}


@dataclass(frozen=True)
class MapDistrict:
    """A district on the map: GB/T 2260 code of its 行政区, names, kind (demo, pilot, cand) and URL."""

    admin_code: str
    name: str
    kind: str
    href: str = ""
    short: str = ""


@dataclass(frozen=True)
class Tile:
    """Tile of one 行政区 with the districts drawn in it, in map units; ``more`` is the number of those that did not fit."""

    name: str
    x: float
    y: float
    width: int
    height: int
    marks: list[dict[str, Any]]
    more: int

    @property
    def text_x(self) -> float:
        """Left edge of the tile's name."""
        return self.x + 11.5

    @property
    def name_y(self) -> float:
        """Baseline of the name."""
        return self.y + NAME_Y

    @property
    def dot_x(self) -> float:
        """Centre of the dots."""
        return self.x + 17.5

    @property
    def mark_x(self) -> float:
        """Left edge of the districts' names."""
        return self.x + 29.5

    @property
    def more_x(self) -> float:
        """Right edge of the text about districts that did not fit."""
        return self.x + self.width - 8


@dataclass(frozen=True)
class SpecialTile:
    """Tile of a key area with the number of its districts."""

    name: str
    short: str
    count: int


def special_tiles(counts: Mapping[str, int]) -> list[SpecialTile]:
    """Tiles of all key areas below the map; ``counts`` gives the number of districts by area name."""
    return [SpecialTile(name, short, counts.get(name, 0)) for name, short in SPECIAL.items()]


def tile_map(places: Iterable[MapDistrict]) -> list[Tile]:
    """All sixteen tiles with their districts in the given order; districts with an unknown code are left out."""
    by_code: dict[str, list[MapDistrict]] = {}
    for place in places:
        by_code.setdefault(place.admin_code, []).append(place)
    return [_tile(code, by_code.get(code, [])) for code in GRID]


def _tile(code: str, places: list[MapDistrict]) -> Tile:
    name, column, row, wide, high = GRID[code]
    x, y = column * COLUMN + 0.5, row * ROW + 0.5
    width, height = wide * COLUMN - GAP, high * ROW - GAP
    room = int((height - FIRST_MARK_Y + LINE / 2) // LINE)
    letters = (width - 34) // CHARACTER
    marks = []
    for index, place in enumerate(places[:room]):
        short, at = place.short or place.name, y + FIRST_MARK_Y + index * LINE
        if len(short) > letters:
            short = f"{short[: letters - 1]}…"
        drawn = {"name": place.name, "short": short, "kind": place.kind, "words": WORDS[place.kind], "href": place.href}
        marks.append({**drawn, "y": at, "text_y": at + 4})
    return Tile(name, x, y, width, height, marks, max(len(places) - room, 0))
