"""Outlines of a DXF drawing: the closed polylines of one layer, in metres. Loads numpy, so only for the child process.

A drawing has no coordinate system and often no unit: the user names both, and the layer. Arcs become chords accurate to two centimetres.
An open polyline is refused, never closed by guessing. What else can stand for an area on the layer (circles, hatches, lines, shapes in a
block) is left out and counted. The number of a plot is the text inside its outline.
"""

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ezdxf import path, recover
from ezdxf.lldxf.const import DXFError
from shapely.geometry import Point as Place
from shapely.geometry import Polygon as Outline

from districts.boundaries.geometry.boundary_file import MAX_PLOT_POINTS, NUMBER, BoundaryError, Polygon, RawBoundary
from districts.boundaries.geometry.rings import closed

UNITS = {"m": 1.0, "mm": 0.001}  # metres of a unit, by the key of the form
STATED = {4: "mm", 6: "m"}  # $INSUNITS
WORDS = {"m": "米", "mm": "毫米"}
SAGITTA = 0.02  # metres between an arc and its chords
NAMED = 12
POLYLINES = ("LWPOLYLINE", "POLYLINE")
AREAS = frozenset({"CIRCLE", "ELLIPSE", "SPLINE", "HATCH", "MPOLYGON", "REGION", "SOLID", "TRACE", "3DFACE", "LINE", "ARC", "MLINE"})
DRAWN = AREAS | {*POLYLINES}
IN_BLOCKS = "DXF的轮廓在图块里，请在CAD里分解（EXPLODE）后另存"


def outlines(content: bytes, *, layer: str, unit: str, named: bool) -> RawBoundary:
    """Closed polylines of a layer as polygons without holes. Raises ``BoundaryError``."""
    drawing = _opened(content)
    scale = UNITS[_unit(drawing, unit)]
    layer = layer.strip()
    lines = [entity for entity in drawing.modelspace() if entity.dxftype() in POLYLINES]
    own = [line for line in lines if _is_on(line, layer)] if layer else []
    if not own:
        raise BoundaryError(_layers(drawing, lines, layer), field="layer")
    rings = [_ring(line, scale) for line in own]
    if unclosed := sum(ring is None for ring in rings):
        msg = f"图层“{layer}”有{unclosed}条多段线没有闭合，请在CAD里闭合后另存，或换图层"
        raise BoundaryError(msg)
    polygons: list[Polygon] = [[ring] for ring in rings if ring]
    texts = (list(_texts(drawing, scale)), list(_values(drawing, scale))) if named else ()
    features = [(_numbered(polygon, *texts) if named else {}, [polygon]) for polygon in polygons]
    return RawBoundary("DXF", features, left_out=_beside(drawing, layer))


def _is_on(entity: Any, layer: str) -> bool:
    return str(entity.dxf.layer).strip().casefold() == layer.casefold()


def _beside(drawing: Any, layer: str) -> int:
    """How many entities on the layer are no polylines but can stand for an area, those within a block as one."""
    found = 0
    for entity in drawing.modelspace():
        if entity.dxftype() == "INSERT":
            found += any(_is_on(inner, layer) or (_is_on(inner, "0") and _is_on(entity, layer)) for inner in _drawn_in(drawing, entity))
        elif entity.dxftype() in AREAS and _is_on(entity, layer):
            found += 1
    return found


def _drawn_in(drawing: Any, insert: Any) -> list[Any]:
    block = drawing.blocks.get(insert.dxf.name)
    return [entity for entity in block or () if entity.dxftype() in DRAWN]


def _opened(content: bytes) -> Any:
    try:
        drawing, _ = recover.read(io.BytesIO(content))
    except (DXFError, ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        msg = "DXF读不出来，请在CAD里另存为ASCII格式的DXF（2000或以后版本）"
        raise BoundaryError(msg) from error
    return drawing


def _unit(drawing: Any, unit: str) -> str:
    """The unit named by the user. Raises ``BoundaryError`` if the drawing states another one."""
    if unit not in UNITS:
        msg = "DXF请选定绘图单位"
        raise BoundaryError(msg, field="unit")
    stated = STATED.get(int(drawing.header.get("$INSUNITS", 0)))
    if stated and stated != unit:
        msg = f"文件写明的绘图单位是{WORDS[stated]}，与所选的{WORDS[unit]}不一致，请核对"
        raise BoundaryError(msg, field="unit")
    return unit


def _layers(drawing: Any, lines: Iterable[Any], layer: str) -> str:
    counts = Counter(str(line.dxf.layer).strip() for line in lines)
    if not counts:
        inserts = drawing.modelspace().query("INSERT")
        is_in_blocks = any(inner.dxftype() in POLYLINES for insert in inserts for inner in _drawn_in(drawing, insert))
        return IN_BLOCKS if is_in_blocks else "DXF里没有多段线，请把轮廓画成闭合的多段线"
    shown = "、".join(f"{name}（{count}条）" for name, count in counts.most_common(NAMED))
    return f"{f'没有图层“{layer}”的多段线' if layer else 'DXF请填写轮廓所在的图层'}，文件中有多段线的图层：{shown}"


def _ring(line: Any, scale: float) -> list[tuple[float, float]] | None:
    """Points of a closed polyline with the first repeated at the end; None for an open one."""
    if line.dxftype() == "POLYLINE" and not (line.is_2d_polyline or line.is_3d_polyline):
        return None
    points: list[tuple[float, float]] = []
    for point in path.make_path(line).flattening(SAGITTA / scale):
        points.append((point.x * scale, point.y * scale))
        if len(points) > MAX_PLOT_POINTS:
            msg = f"一条多段线超过{MAX_PLOT_POINTS:,}个点，请简化后再上传"
            raise BoundaryError(msg)
    is_closed = bool(line.closed if line.dxftype() == "LWPOLYLINE" else line.is_closed)
    if points and is_closed and points[0] != points[-1]:
        points.append(points[0])
    points = closed(points)
    return points if points and points[0] == points[-1] else None


def _texts(drawing: Any, scale: float) -> Iterator[tuple[str, Place]]:
    """Texts of a drawing with the places where they stand."""
    return _standing(drawing.modelspace().query("TEXT MTEXT"), scale)


def _values(drawing: Any, scale: float) -> Iterator[tuple[str, Place]]:
    """Values of blocks that are shown, with their places: numbers of plots, but also heights of the ground."""
    values = [value for insert in drawing.modelspace().query("INSERT") for value in insert.attribs if not value.is_invisible]
    return _standing(values, scale)


def _standing(entities: Iterable[Any], scale: float) -> Iterator[tuple[str, Place]]:
    for entity in entities:
        words = entity.plain_text()
        at = entity.dxf.insert if entity.dxftype() == "MTEXT" else _placed(entity)
        if words.strip():
            yield words.strip(), Place(at.x * scale, at.y * scale)


def _placed(text: Any) -> Any:
    """Where a text stands, which for any but the usual alignment is not where it was inserted: that is what a program left there."""
    _, first, second = text.get_placement()
    return first if second is None else (first + second) / 2  # of a text that is stretched between two points


def _numbered(polygon: Polygon, *texts: Iterable[tuple[str, Place]]) -> dict[str, str]:
    """Number of a plot: the only one inside its outline of the first kind of texts that stands there."""
    if len(polygon[0]) < 4:  # noqa: PLR2004 -- refused with its own words
        return {}
    outline = Outline(polygon[0])
    inside = next(filter(None, ([words for words, place in kind if outline.covers(place)] for kind in texts)), [])
    if len(inside) != 1:
        place = outline.representative_point() if outline.is_valid else outline.centroid
        where = f"约在（{place.x:.1f}，{place.y:.1f}）米"
        told = f"有{len(inside)}个文字（{'、'.join(inside[:3])}）" if inside else "没有文字"
        msg = f"每个轮廓里须有一个文字写明地块编号，{where}的轮廓里{told}"
        raise BoundaryError(msg)
    return {NUMBER: inside[0]}
