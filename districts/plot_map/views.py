"""The page of the map, on which editors of the file upload the shapes of its plots, and the map as a file."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.boundaries.forms import AsksAboutOutline, drawing_of, file_field, layer_field, system_field, unit_field
from districts.boundaries.geometry import reader
from districts.boundaries.geometry.boundary_file import BoundaryError
from districts.boundaries.models import Boundary
from districts.boundaries.preview import named
from districts.common.enums import PlotState
from districts.file.models.district import District
from districts.file.rules import may_edit_district
from districts.file.views.common import UNPROCESSABLE, district_to_read, section_context
from districts.plot_map import services
from districts.plot_map.selectors import plot_map_of, shapes_known
from districts.plots.columns import PLOT, PLOT_MAPPED
from districts.plots.selectors.states import STATE
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.audit import services as audit
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.fragments import fields_of
from greendistrict.core.refusals import RefusalsIn
from greendistrict.documents.downloads import as_file

NOT_YOURS = "地块图形由申报主体上传"
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


ATTRIBUTE_HELP = "不填的，依次找“地块编号”“编号”“地块号”“number”“name”等属性；编号须与地块清单一致。DXF按轮廓里的文字"


class ShapesForm(AsksAboutOutline):
    """A file with the shapes of plots."""

    file = file_field(drawings=True, label="地块图形文件")
    attribute = forms.CharField(label="编号属性", max_length=60, required=False, help_text=ATTRIBUTE_HELP)
    system = system_field()
    layer = layer_field()
    unit = unit_field()

    def values(self) -> dict[str, Any]:
        """Arguments of ``services.look_at``."""
        data = drawing_of(dict(self.cleaned_data))
        return {"upload": data.pop("file"), "answer": data.pop("check"), **data}


TEMPLATE = "districts/plot_map/plot_map.html"


def plot_map(request: HttpRequest, code: str) -> HttpResponse:
    """Show the map to readers of the file; POST imports shapes by plot number."""
    district, editable = district_to_read(request, code)
    is_sent = request.method == "POST"
    NotAllowed.when(is_sent and not may_edit_district(viewer_of(request).held, district), NOT_YOURS)
    form = ShapesForm(request.POST or None, request.FILES or None) if editable or is_sent else None
    if form and is_sent and form.is_valid():
        with RefusalsIn(form):
            by, answer = signed_in(request), form.cleaned_data["check"]
            asked = services.look_at(district=district, by=by, **form.values())
            if not form.asks(asked.preview):
                count = services.keep_shapes(district=district, asked=asked, by=by, answer=answer)
                unlisted = f"；地块清单里没有的未登记：{named(asked.unknown)}" if asked.unknown else ""
                same = f"，{len(asked.plots) - count}个与已登记的相同" if count < len(asked.plots) else ""
                messages.success(request, f"{count}个地块的图形已登记{same}{unlisted}")
                return HttpResponseRedirect(request.get_full_path())
    context = {
        **section_context(request, district, "plot_list"),
        "map": plot_map_of(district),
        "form": form,
        "fields": fields_of(form) if form else "",
        **shapes_known(district),
    }
    return render(request, TEMPLATE, context, status=UNPROCESSABLE if form and form.errors else 200)


FORMATS = {"geojson": ("application/geo+json", "geojson"), "gpkg": ("application/geopackage+sqlite3", "gpkg")}


@require_safe
def plot_map_export(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Download boundaries and plots with a shape as a GIS file; the download is audited."""
    district, _editable = district_to_read(request, code)
    if kind not in FORMATS:
        raise Http404
    layers = layers_of(district)
    Refused.unless(any(layer["rows"] for layer in layers), "尚无范围，也尚无有图形的地块，暂不能导出")
    content = as_geojson(layers) if kind == "geojson" else as_geopackage(layers)
    rows = sum(len(layer["rows"]) for layer in layers)
    audit.record(action="districts.map_export", by=signed_in(request), obj=district, data={"format": kind, "rows": rows})
    content_type, ending = FORMATS[kind]
    return as_file(content, f"{district.name}-范围和地块-{viewer_of(request).today:%Y%m%d}.{ending}", content_type)
