"""Forms of meters, reading files, tokens and estimates."""

from typing import Any

from django import forms

from carbon.metering.columns import METER
from carbon.metering.enums import Estimation
from carbon.metering.estimates import METHODS
from carbon.metering.models import Meter, MeterToken, ReadingImport
from carbon.metering.selectors.meters import may_be_parents
from districts.file.forms import VersionMixin
from districts.file.models.district import District
from districts.plots.models import Plot
from districts.projects.models import Work
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.core.widgets import MomentField
from greendistrict.documents.workbooks.other_formats import ACCEPT
from greendistrict.documents.workbooks.pasted import PastedField


@with_columns(METER)
class MeterForm(VersionMixin, ColumnsForm):
    """A meter. Fields that give stored readings their meaning are fixed once there are readings; the service refuses the change."""

    def __init__(self, *args: Any, district: District, row: Meter | None = None, **kwargs: Any) -> None:
        if row is not None:
            kwargs.setdefault("initial", {**self.initial_of(row), "version": row.version})
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        self.initial.setdefault("multiplier", "1")
        fields["parent"].queryset = may_be_parents(district, row)
        fields["plot"].queryset = Plot.objects.filter(district=district).order_by("number")
        fields["work"].queryset = Work.objects.filter(district=district).order_by("pk")

    def values(self) -> dict[str, Any]:
        """Keyword arguments for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ReadingFileForm(forms.Form):
    """A file of readings."""

    file = forms.FileField(
        label="读数文件",
        widget=forms.FileInput(attrs={"accept": f".csv,{ACCEPT}"}),
        required=False,
        help_text="CSV 或 Excel，按表头识别各列：计量器具编号、时间、读数，可加单位、估算方法",
        error_messages={"empty": "文件是空的，请检查后重新选择"},
    )
    pasted = PastedField()

    def clean(self) -> dict[str, Any]:
        """Require one of the two."""
        given: dict[str, Any] = super().clean() or {}
        if "file" not in self.errors and bool(given.get("file")) == bool((given.get("pasted") or "").strip()):
            self.add_error("file", "文件和粘贴的内容只能选一种" if given.get("file") else "请选择读数文件，或粘贴表格")
        return given


@with_columns(Columns.of(ReadingImport, "reason"))
class ReadingReasonForm(ColumnsForm):
    """Reason for correcting stored readings."""


@with_columns(Columns.of(MeterToken, "label"))
class MeterTokenForm(ColumnsForm):
    """Name of the system that gets the token."""


class GapForm(forms.Form):
    """Estimation method, and the stored reading before the gap."""

    after = MomentField(widget=forms.HiddenInput)
    method = forms.ChoiceField(label="估算方法", choices=[(one.value, Estimation(one).label) for one in METHODS])
