"""Districts that a list shows, on a schematic map by 行政区, and the outlines of those whose boundary is known."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from districts.boundaries.geojson import Outline, outline
from districts.common.city_grid import GRID
from districts.common.enums import Stage
from districts.common.tile_map import WORDS, MapDistrict, Tile, height_of, tile_map, tiles_aside
from districts.file.models.district import AdministrativeArea, District
from districts.file.selectors.lists import DistrictRow, row_values
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.templatetags.gd import km2

MOST_OUTLINES = 24
OUTLINE = {"width": 180, "height": 120, "margin": 10}
KINDS = {Stage.DEMONSTRATION: "demo", Stage.PILOT: "pilot", Stage.CANDIDATE: "young", Stage.CANCELLED: "lost", Stage.REVOKED: "lost"}
FICTION = "（虚构）"  # said once, above the tiles of fictional places
NOWHERE = ""  # code of districts of which nobody knows where they lie


@dataclass(frozen=True)
class MarkCount:
    """Of one kind of mark: what it says, and how many real and fictional districts bear it."""

    kind: str
    words: str
    real: int
    demo: int


@dataclass(frozen=True)
class DrawnDistrict:
    """A district with the outline of its boundary in force."""

    name: str
    href: str
    words: str
    area: str
    outline: Outline


@dataclass(frozen=True)
class DistrictMap:
    """Tiles of the map, and below it those of fictional and unknown places; marks in use; outlines, of ``outlined`` districts in all.

    ``left_out``: number of areas of the guideline, which are no districts.
    """

    tiles: list[Tile]
    aside: list[Tile]
    marks: list[MarkCount]
    outlines: list[DrawnDistrict]
    outlined: int
    total: int
    left_out: int

    @property
    def height(self) -> float:
        """Height of the drawing in map units."""
        return height_of([*self.tiles, *self.aside])

    @property
    def aside_y(self) -> float:
        """Baseline of the heading of the tiles below the map."""
        return min((tile.y for tile in self.aside), default=0) - 10

    @property
    def without(self) -> int:
        """Number of districts without a boundary that the reader may see."""
        return self.total - self.outlined

    @property
    def unshown(self) -> int:
        """Number of outlines that found no room on the page."""
        return self.outlined - len(self.outlines)


def kind_of(row: DistrictRow) -> str:
    """Kind of a district's mark."""
    return "cand" if row.stage_is_open else KINDS[Stage(row.stage)]


def district_map(viewer: Viewer, found: QuerySet[District]) -> DistrictMap:
    """Map of districts found by a filter (``disclosed_to``); four queries."""
    all_rows = [DistrictRow(*values) for values in row_values(found.order_by("is_demo", "name_pinyin", "pk"))]
    rows = [row for row in all_rows if not row.guideline_area]
    found = found.filter(guideline_area=False)
    areas = AdministrativeArea.objects.order_by("is_demo", "code").values_list("code", "name")
    names = dict(areas)
    codes = {name: code for code, name in names.items()}
    places = [_place(row, codes) for row in rows]
    lists = {code: f"{reverse('districts:district_list')}?{urlencode({'area': code})}" for code in names}
    asides = {code: name.removesuffix(FICTION) for code, name in names.items() if code not in GRID} | {NOWHERE: "所在区未查明"}
    drawn = found.filter(pk__in=files_visible_to(viewer).values("pk"), boundary__isnull=False)
    tiles = tile_map(places, lists)
    return DistrictMap(
        tiles,
        tiles_aside(places, asides, lists, after=tiles),
        _marks(rows),
        list(_outlines(rows, drawn)),
        drawn.count(),
        len(rows),
        len(all_rows) - len(rows),
    )


def _place(row: DistrictRow, codes: Mapping[str, str]) -> MapDistrict:
    inferred = "、".join(["阶段"] * row.stage_is_inferred + ["所在区"] * row.place_is_inferred)
    href = reverse("districts:district_detail", args=[row.code])
    place = MapDistrict(NOWHERE, row.name, kind_of(row), href, guess=inferred and f"（{inferred}为推定）")
    return replace(place, admin_code=codes.get(row.areas[0], NOWHERE)) if row.areas else place


def _marks(rows: Iterable[DistrictRow]) -> list[MarkCount]:
    counts = Counter((kind_of(row), row.is_demo) for row in rows)
    found = (MarkCount(kind, words, counts[kind, False], counts[kind, True]) for kind, words in WORDS.items())
    return [mark for mark in found if mark.real or mark.demo]


def _outlines(rows: Iterable[DistrictRow], drawn: QuerySet[District]) -> Iterable[DrawnDistrict]:
    """The first outlines in the order of the rows."""
    by_code = {row.code: row for row in rows}
    for code, name, boundary in drawn.order_by("is_demo", "name_pinyin", "pk").values_list("code", "name", "boundary")[:MOST_OUTLINES]:
        row, drawing = by_code[code], outline(boundary, **OUTLINE) if boundary else None
        if drawing:
            kind, area = kind_of(row), km2(row.area_km2) or f"面积{row.missing}"
            yield DrawnDistrict(name, reverse("districts:district_detail", args=[code]), WORDS[kind], area, drawing)
