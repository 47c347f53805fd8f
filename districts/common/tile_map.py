"""Schematic map (pure): a tile for each 行政区 at its approximate position with its districts. Without boundaries it needs no 审图号."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from districts.common.certainty import UNKNOWN_STAGE
from districts.common.city_grid import COLUMNS, GRID, ROWS, SPECIAL
from districts.common.enums import Stage

COLUMN, ROW, GAP, LINE = 144, 92, 9, 22
NAME_Y, FIRST_MARK_Y, CHARACTER = 21.5, 41.5, 12
ROOM = 2  # districts in a low tile
ASIDE = 34  # room for the heading of the tiles below the map
# Kinds of marks, told apart by their shape as well; cand: of an unknown stage.
WORDS = {
    "demo": str(Stage.DEMONSTRATION.label),
    "pilot": str(Stage.PILOT.label),
    "young": str(Stage.CANDIDATE.label),
    "lost": "取消试点或撤销称号",
    "cand": str(UNKNOWN_STAGE),
}


@dataclass(frozen=True)
class MapDistrict:
    """A district on the map: GB/T 2260 code of its 行政区, names, kind (one of ``WORDS``) and URL; ``guess`` names what is inferred."""

    admin_code: str
    name: str
    kind: str
    href: str = ""
    short: str = ""
    guess: str = ""


@dataclass(frozen=True)
class Tile:
    """Tile of one 行政区 with the districts drawn in it, in map units; ``more`` is the number of those that did not fit.

    ``href``: list of all of them.
    """

    name: str
    x: float
    y: float
    width: int
    height: int
    marks: list[dict[str, Any]]
    more: int
    href: str = ""

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


def tile_map(places: Iterable[MapDistrict], lists: Mapping[str, str] | None = None) -> list[Tile]:
    """All sixteen tiles with their districts in the given order; districts with an unknown code are left out.

    ``lists``: URL of the list of a 行政区 by its code.
    """
    found, lists = _by_code(places), lists or {}
    boxes = ((code, name, (column, row * ROW, wide, high)) for code, (name, column, row, wide, high) in GRID.items())
    return _numbered(_tile(name, box, found.get(code, []), lists.get(code, "")) for code, name, box in boxes)


def tiles_aside(places: Iterable[MapDistrict], names: Mapping[str, str], lists: Mapping[str, str], *, after: Iterable[Tile]) -> list[Tile]:
    """Tiles below the map, in rows, for places that it does not have; ``names`` and ``lists`` by the code of a place.

    Their districts are numbered on from those of the tiles that they stand ``after``.
    """
    found, top = _by_code(places), ROWS * ROW + ASIDE
    high = 1 + any(len(there) > ROOM for there in found.values())
    boxes = (
        (code, (at % COLUMNS, top + at // COLUMNS * ROW * high, 1, high)) for at, code in enumerate(code for code in names if code in found)
    )
    shown = (_tile(names[code], box, found[code], lists.get(code, "")) for code, box in boxes)
    return _numbered(shown, sum(len(tile.marks) for tile in after))


def height_of(tiles: Iterable[Tile]) -> float:
    """Height of a drawing of these tiles."""
    return max(tile.y + tile.height for tile in tiles) + 1


def _numbered(tiles: Iterable[Tile], last: int = 0) -> list[Tile]:
    """The tiles with a number for each district drawn: where a name has no room, the number stands beside the mark and in a list below."""
    numbers = count(last + 1)
    return [replace(tile, marks=[{**mark, "number": next(numbers)} for mark in tile.marks]) for tile in tiles]


def _by_code(places: Iterable[MapDistrict]) -> dict[str, list[MapDistrict]]:
    found: dict[str, list[MapDistrict]] = {}
    for place in places:
        found.setdefault(place.admin_code, []).append(place)
    return found


def _tile(name: str, box: tuple[int, int, int, int], places: list[MapDistrict], href: str) -> Tile:
    column, top, wide, high = box
    x, y = column * COLUMN + 0.5, top + 0.5
    width, height = wide * COLUMN - GAP, high * ROW - GAP
    room = int((height - FIRST_MARK_Y + LINE / 2) // LINE)
    letters = (width - 34) // CHARACTER
    marks = []
    for index, place in enumerate(places[:room]):
        short, at = place.short or place.name, y + FIRST_MARK_Y + index * LINE
        if len(short) > letters:
            short = f"{short[: letters - 1]}…"
        drawn = {"name": place.name, "short": short, "kind": place.kind, "words": WORDS[place.kind] + place.guess, "href": place.href}
        marks.append({**drawn, "y": at, "text_y": at + 4})
    return Tile(name, x, y, width, height, marks, max(len(places) - room, 0), href)
