"""Layout of the public tile map: one tile per 行政区 at its rough bearing, below them one per special area (四（二）).

No boundary is drawn, so that it needs no map approval number.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from districts.common.city_grid import GRID, SPECIAL

COLUMN, ROW = 144, 92
GAP = 9
LINE = 22
NAME_Y, FIRST_MARK_Y = 21.5, 41.5
CHARACTER = 12
WORDS = {"demo": "示范", "pilot": "试点", "cand": "阶段未查明"}


@dataclass(frozen=True)
class MapDistrict:
    """A district on the map: GB/T 2260 code of its 行政区, names, kind (demo, pilot, cand) and page."""

    admin_code: str
    name: str
    kind: str
    href: str = ""
    short: str = ""


@dataclass(frozen=True)
class DrawnPlace:
    """A place drawn: heights in map units."""

    name: str
    short: str
    kind: str
    words: str
    href: str
    y: float
    text_y: float


@dataclass(frozen=True)
class Tile:
    """One 行政区 drawn; ``more`` places had no room."""

    name: str
    x: float
    y: float
    width: int
    height: int
    marks: tuple[DrawnPlace, ...]
    more: int

    @property
    def text_x(self) -> float:
        """Left edge of the name."""
        return self.x + 11.5

    @property
    def name_y(self) -> float:
        """Base line of the name."""
        return self.y + NAME_Y

    @property
    def dot_x(self) -> float:
        """Centre of the dots."""
        return self.x + 17.5

    @property
    def mark_x(self) -> float:
        """Left edge of the places' names."""
        return self.x + 29.5

    @property
    def more_x(self) -> float:
        """Right edge of the words about what had no room."""
        return self.x + self.width - 8


@dataclass(frozen=True)
class SpecialTile:
    """A special area, with how many of the districts lie in it."""

    name: str
    short: str
    count: int


def special_tiles(counts: Mapping[str, int]) -> list[SpecialTile]:
    """All special areas below the map, each with the districts that ``counts`` gives for its name."""
    return [SpecialTile(name, short, counts.get(name, 0)) for name, short in SPECIAL.items()]


def tile_map(places: Iterable[MapDistrict]) -> list[Tile]:
    """All sixteen tiles, each with its places in the order given; a place whose code is unknown is left out."""
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
    marks = tuple(_mark(place, y + FIRST_MARK_Y + index * LINE, letters) for index, place in enumerate(places[:room]))
    return Tile(name, x, y, width, height, marks, max(len(places) - room, 0))


def _mark(place: MapDistrict, y: float, letters: int) -> DrawnPlace:
    short = place.short or place.name
    if len(short) > letters:
        short = f"{short[: letters - 1]}…"
    return DrawnPlace(place.name, short, place.kind, WORDS[place.kind], place.href, y, y + 4)
