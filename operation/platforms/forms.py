"""Entry form of a platform."""

from typing import Any

from django import forms

from districts.file.forms.fields import day
from greendistrict.columns.form_fields import figure
from operation.common.forms import EntryForm
from operation.platforms.enums import PlatformKind, PlatformStanding


class DigitalPlatformForm(EntryForm):
    """A platform of the ledger's year."""

    kind = forms.ChoiceField(label="类别", choices=PlatformKind.choices)
    name = forms.CharField(label="平台名称", max_length=100)
    standing = forms.ChoiceField(label="情况", choices=PlatformStanding.choices)
    owner = forms.CharField(label="建设运维单位", max_length=100, required=False)
    coverage = figure("覆盖率", "%", digits=5, places=2, help_text="覆盖的城区面积占比")
    interfaces = forms.CharField(label="数据接口", max_length=500, required=False, help_text="与哪些平台交换哪些数据")
    in_use_on = day("投用日期")

    def clean(self) -> dict[str, Any]:
        """Refuse a first day of use that contradicts the state: to come while running, past while not running."""
        data = super().clean()
        if data.get("standing") == PlatformStanding.RUNNING:
            self.refuse_later_day("in_use_on", data.get("in_use_on"))
        else:
            self.refuse_past_day("in_use_on", data.get("in_use_on"), PlatformStanding.RUNNING.label)
        return data

    def clean_coverage(self) -> object:
        """Refuse a coverage outside 0 to 100 % of the district."""
        value = self.cleaned_data["coverage"]
        if value is not None and value > 100:  # noqa: PLR2004 -- a share in percent
            msg = "覆盖率不能大于100%"
            raise forms.ValidationError(msg)
        return value
