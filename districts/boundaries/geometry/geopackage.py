"""Reads the outlines of a GeoPackage with GDAL. Loads numpy, so only for the child process."""

import tempfile
import warnings
from pathlib import Path
from typing import Any

import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.errors import ShapelyError

from districts.boundaries.geometry.boundary_file import MAX_PLOT_POINTS, BoundaryError, Polygon, RawBoundary, in_words

UNDEFINED = "Undefined"  # how the standard calls the systems -1 and 0, which state nothing
AREAS = ("Polygon", "MultiPolygon", "Unknown", "GeometryCollection")  # kinds of layers that may hold outlines


def outlines(content: bytes, *, named: bool) -> RawBoundary:
    """Outlines of the only layer with areas, with the attributes of each if they must be ``named``. Raises ``BoundaryError``."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "file.gpkg"
        file.write_bytes(content)
        try:
            warnings.simplefilter("ignore")  # of GDAL, in a process of its own
            layers, beside = _layers(file)
            if len(layers) != 1:
                told = f"有几个面图层（{'、'.join(layers[:5])}），请每次只导出一个" if layers else "没有面图层"
                msg = f"GeoPackage里{told}"
                raise BoundaryError(msg)
            meta, _, shapes, values = pyogrio.raw.read(file, layer=layers[0], max_features=MAX_PLOT_POINTS)
            found = [shapely.from_wkb(shape) if shape is not None else None for shape in shapes]
        except (DataSourceError, DataLayerError, ShapelyError, ValueError, UnicodeDecodeError) as error:
            if isinstance(error, BoundaryError):
                raise
            msg = "GeoPackage读不出来，请由测绘软件重新导出"
            raise BoundaryError(msg) from error
    fields = [str(name) for name in meta["fields"]] if named else []
    rows = [{name: in_words(column[place]) for name, column in zip(fields, values, strict=False)} for place in range(len(found))]
    features = [(row, _polygons(shape)) for row, shape in zip(rows, found, strict=True)]
    system = str(meta["crs"] or "")
    left = sum(not polygons for _, polygons in features) + beside
    return RawBoundary("GeoPackage", features, "" if UNDEFINED in system[:40] else system, left)


def _layers(file: Path) -> tuple[list[str], int]:
    """Layers that have areas, by name, and how many features there are in layers of points or lines."""
    found, beside = list[str](), 0
    listed = [(str(name), str(kind).split()[0]) for name, kind in pyogrio.list_layers(file) if kind]
    for name, kind in listed:
        count = pyogrio.read_info(file, layer=name, force_feature_count=True)["features"]
        if kind not in AREAS:
            beside += count
        elif count or len(listed) == 1:
            found.append(name)
    return found or [name for name, kind in listed if kind in AREAS][:1], beside


def _polygons(shape: Any) -> list[Polygon]:
    parts = getattr(shape, "geoms", [shape]) if shape is not None else []
    return [
        [[(float(x), float(y)) for x, y, *_ in ring.coords] for ring in (part.exterior, *part.interiors)]
        for part in parts
        if part.geom_type == "Polygon" and not part.is_empty
    ]
