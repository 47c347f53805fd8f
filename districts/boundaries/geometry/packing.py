"""Boundaries and plots as one GeoPackage, written by GDAL. Loads numpy, so only for the child process."""

import base64
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from shapely.geometry import shape


def geopackage(layers: list[dict[str, Any]]) -> str:
    """Layers ``{"name", "fields", "rows": [[geometry, value, …]]}`` as a file in base64; geometries are stored as WGS84."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "export.gpkg"
        for layer in layers:
            rows = layer["rows"]
            outlines = np.array([shapely.to_wkb(shape(row[0])) for row in rows], dtype=object)
            columns = [_column([row[at] for row in rows]) for at in range(1, len(layer["fields"]) + 1)]
            pyogrio.raw.write(
                target,
                outlines,
                columns,
                layer["fields"],
                layer=layer["name"],
                driver="GPKG",
                geometry_type="MultiPolygon",
                crs="EPSG:4326",
                append=target.exists(),
            )
        return base64.b64encode(target.read_bytes()).decode()


def _column(values: list[Any]) -> Any:
    """Values of a field: numbers stay numbers, with null for missing ones."""
    if all(isinstance(value, int) for value in values):
        return np.array(values, dtype=np.int64)
    if all(value is None or isinstance(value, int | float) for value in values):
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.array(values, dtype=object)
