"""Forms of meters, reading files, tokens and estimates."""

from typing import Any

from django import forms

from carbon.metering.enums import METER_UNITS, Estimation, MeteredCarrier, MeterInterval
from carbon.metering.estimates import METHODS
from carbon.metering.models import Meter
from carbon.metering.selectors.meters import may_be_parents
from districts.file.forms.fields import VersionMixin, day
from districts.file.models.district import District
from districts.plots.models import Plot
from districts.projects.models import Work
from greendistrict.columns.form_fields import figure, plain, whole
from greendistrict.core.day_fields import MomentField

KINDS = [("true", "累计示数"), ("false", "每个间隔的用量")]


class MeterForm(VersionMixin):
    """A meter. Fields that give stored readings their meaning are fixed once there are readings; the service refuses the change."""

    code = forms.CharField(label="编号", max_length=40, help_text="读数文件和接口按编号识别，本城区内不重复")
    name = forms.CharField(label="名称", max_length=100)
    carrier = forms.ChoiceField(label="计量对象", choices=MeteredCarrier.choices)
    unit = forms.ChoiceField(label="单位", choices=[(unit, unit.replace("m3", "m³")) for unit in METER_UNITS])
    interval = forms.ChoiceField(label="计量间隔", choices=MeterInterval.choices, initial=MeterInterval.HOUR)
    cumulative = forms.TypedChoiceField(label="读数", choices=KINDS, coerce=lambda value: value in (True, "True", "true"), initial="true")
    multiplier = figure("倍率", "", digits=12, places=3, minimum="0.001", help_text="互感器变比等，没有的填1")
    digits = whole("示数整数位数", "位", minimum=3, maximum=12)
    parent = forms.ModelChoiceField(label="总表", queryset=Meter.objects.none(), required=False, empty_label="无，本表直接计入城区用量")
    plot = forms.ModelChoiceField(label="所在地块", queryset=Plot.objects.none(), required=False, empty_label="不在地块上")
    work = forms.ModelChoiceField(label="所属市政设施", queryset=Work.objects.none(), required=False, empty_label="不属于市政设施")
    building = forms.CharField(label="建筑", max_length=100, required=False)
    begins = day("启用日期", required=True)
    ends = day("停用日期", help_text="换表时填写，并登记新表")

    def __init__(self, *args: Any, district: District, row: Meter | None = None, **kwargs: Any) -> None:
        if row is not None:
            values = {name: getattr(row, name) for name in self.base_fields}
            kwargs.setdefault("initial", values | {"multiplier": plain(row.multiplier), "cumulative": str(row.cumulative).lower()})
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["multiplier"].required = True
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
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text="CSV 或 xlsx，第一行是表头：计量器具编号、时间、读数，可加单位、估算方法",
        error_messages={"required": "请选择读数文件", "empty": "文件是空的，请检查后重新选择"},
    )


class ReadingReasonForm(forms.Form):
    """Reason for correcting stored readings."""

    reason = forms.CharField(label="更正原因", max_length=200, required=False)


class MeterTokenForm(forms.Form):
    """Name of the system that gets the token."""

    label = forms.CharField(label="系统名称", max_length=60, help_text="例如能耗监测平台")


class GapForm(forms.Form):
    """Estimation method, and the stored reading before the gap."""

    after = MomentField(widget=forms.HiddenInput)
    method = forms.ChoiceField(label="估算方法", choices=[(one.value, Estimation(one).label) for one in METHODS])
