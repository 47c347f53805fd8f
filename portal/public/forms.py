"""Forms of the public pages."""

from typing import Any

from django import forms

from districts.common.enums import DistrictType, Stage, Star


class VerifyForm(forms.Form):
    """A document number to look up, with the code printed on the paper where it is not published; the code alone will do."""

    code = forms.CharField(
        label="编号、文号或查验码",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    check = forms.CharField(
        label="查验码",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="没有公布的事项须填，印在回执、通知书和报告上",
    )

    def clean(self) -> dict[str, Any]:
        """One of the two is wanted."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not (data.get("code", "").strip() or data.get("check", "").strip()):
            self.add_error("code", "请填写编号、文号或查验码，如 SQ-2026-0007")
        return data


class TitleRegisterForm(forms.Form):
    """Filter bar of the title register."""

    q = forms.CharField(label="名称或拼音", max_length=60, required=False)
    title = forms.ChoiceField(
        label="称号",
        required=False,
        choices=[("", "全部"), (Stage.PILOT.value, Stage.PILOT.label), (Stage.DEMONSTRATION.value, Stage.DEMONSTRATION.label)],
    )
    star = forms.ChoiceField(label="星级", required=False, choices=[("", "全部"), *((str(key), label) for key, label in Star.choices)])
    type = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), *DistrictType.choices])
    kind = forms.ChoiceField(label="真实或虚构", required=False, choices=[("", "全部"), ("real", "真实城区"), ("demo", "虚构城区")])
