"""Boundaries and plots of a district as layers of a GIS file, in WGS84 as stored."""

import json
from typing import Any

from districts.boundaries.geometry import reader
from districts.boundaries.geometry.boundary_file import BoundaryError
from districts.boundaries.models import Boundary
from districts.common.enums import PlotState
from districts.file.models.district import District
from districts.plots.columns import PLOT, PLOT_MAPPED
from districts.plots.selectors.states import STATE
from greendistrict.core.errors import Refused

BOUNDARY_FIELDS = ("范围", "版次", "图形面积_km2", "审图号")
PLOT_FIELDS = (*(column.gis_name for column in PLOT_MAPPED.values()), "建设状态", PLOT["lineage"].gis_name)


def layers_of(district: District) -> list[dict[str, Any]]:
    """Newest version of each boundary, and the plots with a shape: two queries."""
    newest: dict[str, Boundary] = {}
    for row in district.boundaries.order_by("kind", "-number"):
        newest.setdefault(row.kind, row)
    boundaries = [[row.geometry, row.get_kind_display(), row.number, float(row.area_km2), row.map_number] for row in newest.values()]
    drawn = (
        district.plots.filter(shape__isnull=False).order_by("number", "pk").values_list("shape__geometry", STATE, "lineage", *PLOT_MAPPED)
    )
    plots = [
        [
            geometry,
            *(column.gis_value(value) for column, value in zip(PLOT_MAPPED.values(), values, strict=True)),
            PlotState(state).label,
            lineage,
        ]
        for geometry, state, lineage, *values in drawn
    ]
    return [
        {"name": "boundaries", "fields": BOUNDARY_FIELDS, "rows": boundaries},
        {"name": "plots", "fields": PLOT_FIELDS, "rows": plots},
    ]


def as_geojson(layers: list[dict[str, Any]]) -> bytes:
    """All layers as one feature collection by RFC 7946; ``layer`` names the layer of a feature."""
    features = [
        {
            "type": "Feature",
            "geometry": geometry,
            "properties": {"layer": layer["name"], **dict(zip(layer["fields"], values, strict=True))},
        }
        for layer in layers
        for geometry, *values in layer["rows"]
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def as_geopackage(layers: list[dict[str, Any]]) -> bytes:
    """The non-empty layers as one GeoPackage. Raises ``Refused`` if they cannot be written within the child process's limits."""
    try:
        return reader.pack([layer for layer in layers if layer["rows"]])
    except BoundaryError as error:
        msg = "范围和地块图形太复杂，GeoPackage暂写不出来，请改用GeoJSON"
        raise Refused(msg) from error
