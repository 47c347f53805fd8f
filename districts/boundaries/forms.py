"""Forms for uploading a boundary, its 审图号, and the extent of a key area."""

from typing import Any

from django import forms

from districts.boundaries.models import Boundary, KeyArea
from districts.common.coordinate_systems import CHOICES
from districts.common.enums import BoundaryKind
from districts.file.forms import key_areas
from greendistrict.columns.declared import Columns
from greendistrict.documents.forms import WARNING, KeptFileInput

ACCEPT = ".geojson,.json,.kml,.kmz,.gpkg,.zip"
FILE_HELP = f"GeoJSON、KML、KMZ、GeoPackage，或shp、shx、dbf、prj一起压缩的zip，不超过10 MB。{WARNING}"
BOUNDARY = Columns.of(Boundary, "kind", "reason", "map_number")
KEY_AREA = Columns.of(KeyArea, "source", "reason")
UNITS = [("", "不是DXF"), ("m", "米"), ("mm", "毫米")]
SYSTEM_HELP = "文件没有写明坐标系的，请选定；不选的，GeoJSON按其标准（RFC 7946）作WGS84。不清楚的请问测绘单位，不要猜"


def file_field(*, required: bool = True, drawings: bool = False, label: str = "范围文件") -> forms.FileField:
    """Upload field for outlines; ``drawings``: also accept DXF, because the form asks for layer and unit."""
    errors = {"required": f"请选择{label}", "empty": f"{label}是空的"}
    widget = KeptFileInput(attrs={"accept": f"{ACCEPT},.dxf" if drawings else ACCEPT})
    words = FILE_HELP.replace("GeoPackage，", "GeoPackage、DXF，") if drawings else FILE_HELP
    return forms.FileField(label=label, required=required, help_text=words, widget=widget, error_messages=errors)


def layer_field() -> forms.CharField:
    """Layer of the DXF that holds the outlines."""
    return forms.CharField(label="DXF图层", max_length=255, required=False, help_text="只用于DXF：轮廓所在的图层，须是闭合的多段线")


def unit_field() -> forms.ChoiceField:
    """Unit of the coordinates in a DXF."""
    return forms.ChoiceField(label="DXF绘图单位", choices=UNITS, required=False, help_text="只用于DXF，坐标系也须选定")


def drawing_of(data: dict[str, Any]) -> dict[str, Any]:
    """Arguments of the services for layer and unit, from cleaned form data."""
    drawing = {name: data.pop(name) for name in ("layer", "unit")}
    return {**data, "drawing": drawing}


def system_field() -> forms.ChoiceField:
    """Coordinate system, required if the file does not state it."""
    return forms.ChoiceField(label="坐标系", choices=CHOICES, required=False, help_text=SYSTEM_HELP)


class BoundaryForm(forms.Form):
    """A new version of one of the three boundaries of a district."""

    kind = BOUNDARY["kind"].form_field(initial=BoundaryKind.PLAN)
    file = file_field(drawings=True)
    system = system_field()
    layer = layer_field()
    unit = unit_field()
    reason = BOUNDARY["reason"].form_field(required=False)
    map_number = BOUNDARY["map_number"].form_field()

    def values(self) -> dict[str, Any]:
        """Arguments of ``services.upload_boundary``."""
        data = drawing_of(dict(self.cleaned_data))
        return {"upload": data.pop("file"), **data}


class MapNumberForm(forms.Form):
    """The 审图号 of a stored version."""

    map_number = BOUNDARY["map_number"].form_field()


class KeyAreaForm(forms.Form):
    """The extent of a key area."""

    name = forms.ChoiceField(label="重点区域", choices=key_areas)
    file = file_field()
    system = system_field()
    source = KEY_AREA["source"].form_field()
    reason = KEY_AREA["reason"].form_field()

    def values(self) -> dict[str, Any]:
        """Arguments of ``services.save_key_area``."""
        data = dict(self.cleaned_data)
        return {"upload": data.pop("file"), **data}
