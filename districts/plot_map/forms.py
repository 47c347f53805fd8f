"""Form for the shapes of plots."""

from typing import Any

from django import forms

from districts.boundaries.forms import drawing_of, file_field, layer_field, system_field, unit_field

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
