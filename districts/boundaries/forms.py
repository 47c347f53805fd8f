"""Forms for uploading a boundary, its 审图号, and the extent of a key area."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict

from districts.boundaries.models import Boundary, KeyArea
from districts.boundaries.preview import OutlineAnswer, OutlinePreview
from districts.common.coordinate_systems import CHOICES
from districts.common.enums import BoundaryKind
from districts.file.forms import key_areas
from greendistrict.columns.declared import Columns
from greendistrict.core.widgets import DayField
from greendistrict.documents.forms import WARNING, KeptFileField, KeptFileInput

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
    return KeptFileField(label=label, required=required, help_text=words, widget=widget, error_messages=errors)


class OutlineCheck(forms.CheckboxSelectMultiple):
    """What was read, beside its neighbours, with boxes for what is odd and radio buttons for how the coordinates are meant.

    Nothing is shown until there is a ``preview``; an answer is given back without one where the file could not be looked at again.
    """

    template_name = "django/forms/widgets/outline_check.html"
    preview: OutlinePreview | None = None
    answer = OutlineAnswer()

    @property
    def is_hidden(self) -> bool:
        """Whether there is nothing to ask yet, and nothing was answered."""
        return self.preview is None and not self.answer.mark

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> OutlineAnswer:
        """The answer to the preview that was shown."""
        del files
        ticked = data.getlist(name) if isinstance(data, QueryDict) else data.get(name, ())
        self.answer = OutlineAnswer(str(data.get(f"{name}-mark", "")), str(data.get(f"{name}-reading", "")), frozenset(ticked))
        return self.answer

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The preview, if there is one, and the answer that was given."""
        del value
        return {"name": name, "attrs": attrs or {}, "preview": self.preview, "answer": self.answer}


class OutlineCheckField(forms.Field):
    """The answer to what is asked about an outline before it is stored: ``OutlineAnswer``."""

    widget = OutlineCheck

    def __init__(self) -> None:
        super().__init__(label="核对图形", required=False)


class AsksAboutOutline(forms.Form):
    """Base of forms that show an outline before it is stored."""

    check = OutlineCheckField()

    @property
    def is_asking(self) -> bool:
        """Whether a preview is shown, or the answer to one is given back."""
        return not self.fields["check"].widget.is_hidden

    def asks(self, preview: OutlinePreview) -> bool:
        """Whether the preview has to be answered; what was left open in one that was seen is an error at its field.

        Should the form be refused for anything else, it shows an answered preview again, with the answer.
        """
        widget, answer = self.fields["check"].widget, self.cleaned_data["check"]
        assert isinstance(widget, OutlineCheck)  # noqa: S101 -- declared above
        left = preview.open_questions(answer)
        widget.preview = preview
        if answer.mark == preview.mark and not left:
            return False
        if answer.mark == preview.mark:
            self.add_error("check", [forms.ValidationError(words) for words in left])
        return True


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


class BoundaryForm(AsksAboutOutline):
    """A new version of one of the three boundaries of a district."""

    kind = BOUNDARY["kind"].form_field(initial=BoundaryKind.PLAN)
    file = file_field(drawings=True)
    system = system_field()
    layer = layer_field()
    unit = unit_field()
    reason = BOUNDARY["reason"].form_field(required=False)
    map_number = BOUNDARY["map_number"].form_field()

    def outline(self) -> dict[str, Any]:
        """Arguments of ``services.look_at``."""
        data = drawing_of(dict(self.cleaned_data))
        return {"upload": data["file"], "answer": data["check"], **{name: data[name] for name in ("kind", "system", "drawing", "reason")}}

    def more(self) -> dict[str, Any]:
        """The other arguments of ``services.keep_boundary``."""
        return {"answer": self.cleaned_data["check"], **{name: self.cleaned_data[name] for name in ("kind", "reason", "map_number")}}


class MapNumberForm(forms.Form):
    """The 审图号 of a stored version."""

    map_number = BOUNDARY["map_number"].form_field()


class KeyAreaForm(AsksAboutOutline):
    """The extent of a key area."""

    name = forms.ChoiceField(label="重点区域", choices=key_areas)
    file = file_field()
    system = system_field()
    source = KEY_AREA["source"].form_field()
    reason = KEY_AREA["reason"].form_field()

    def outline(self) -> dict[str, Any]:
        """Arguments of ``services.look_at_key_area``."""
        data = self.cleaned_data
        return {"upload": data["file"], "answer": data["check"], **{name: data[name] for name in ("name", "system", "reason")}}

    def more(self) -> dict[str, Any]:
        """The other arguments of ``services.keep_key_area``."""
        return {"answer": self.cleaned_data["check"], **{name: self.cleaned_data[name] for name in ("name", "source", "reason")}}


class RestoreForm(AsksAboutOutline):
    """Why a former outline is to count again."""

    reason = BOUNDARY["reason"].form_field(help_text="为什么恢复这一版")


class AsOfForm(forms.Form):
    """The day as of which outlines are shown; today without one."""

    on = DayField(label="按哪一天", required=False)

    def __init__(self, query: QueryDict, today: dt.date) -> None:
        super().__init__(query if "on" in query else None)
        self._today = today

    def clean_on(self) -> dt.date | None:
        """The day. Raises ``ValidationError`` for one that has not come."""
        day: dt.date | None = self.cleaned_data["on"]
        if day is not None and day > self._today:
            msg = "日期不能晚于今天"
            raise forms.ValidationError(msg)
        return day

    @property
    def day(self) -> dt.date | None:
        """The day; None for today and for a day that cannot be."""
        return self.cleaned_data["on"] if self.is_bound and self.is_valid() else None
