"""The page of the map, on which editors of the file upload the shapes of its plots."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.boundaries.forms import drawing_of, file_field, layer_field, system_field, unit_field
from districts.boundaries.services import is_dxf
from districts.file.views.common import UNPROCESSABLE, district_to_read, section_context
from districts.plot_map import services
from districts.plot_map.exports import as_geojson, as_geopackage, layers_of
from districts.plot_map.selectors import plot_map_of, shapes_known
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import viewer_of
from greendistrict.audit import services as audit
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.fragments import fields_of
from greendistrict.core.refusals import RefusalsIn
from greendistrict.documents.downloads import as_file

ATTRIBUTE_HELP = "不填的，依次找“地块编号”“编号”“地块号”“number”“name”等属性；编号须与地块清单一致。DXF按轮廓里的文字"


class ShapesForm(forms.Form):
    """A file with the shapes of plots."""

    file = file_field(drawings=True, label="地块图形文件")
    attribute = forms.CharField(label="编号属性", max_length=60, required=False, help_text=ATTRIBUTE_HELP)
    system = system_field()
    layer = layer_field()
    unit = unit_field()

    def values(self) -> dict[str, Any]:
        """Arguments of ``services.upload_shapes``."""
        data = drawing_of(dict(self.cleaned_data))
        return {"upload": data.pop("file"), **data}


TEMPLATE = "districts/plot_map/plot_map.html"
NAMED = 8


def plot_map(request: HttpRequest, code: str) -> HttpResponse:
    """Show the map to readers of the file; POST imports shapes by plot number."""
    district, editable = district_to_read(request, code)
    form = ShapesForm(request.POST or None, request.FILES or None) if editable else None
    if request.method == "POST":
        NotAllowed.unless(editable, "地块图形由申报主体上传")
    preview: dict[str, Any] = {}
    if form and request.method == "POST" and form.is_valid():
        with RefusalsIn(form):
            values = form.values()
            if is_dxf(values["upload"]):
                read, mark = services.look_at(district=district, **values)
                preview = {} if request.POST.get("previewed") == mark else {"preview": read, "preview_mark": mark}
            if not preview:
                count, unknown = services.upload_shapes(district=district, by=signed_in(request), **values)
                more = f"等{len(unknown)}个" if len(unknown) > NAMED else ""
                unlisted = f"；地块清单里没有的未登记：{'、'.join(unknown[:NAMED])}{more}" if unknown else ""
                messages.success(request, f"{count}个地块的图形已登记{unlisted}")
                return HttpResponseRedirect(request.get_full_path())
    context = {
        **section_context(request, district, "plot_list"),
        "map": plot_map_of(district),
        "form": form,
        "fields": fields_of(form) if form else "",
        **shapes_known(district),
        **preview,
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
