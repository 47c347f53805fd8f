"""Form with which the city adds a version to the factor library."""

from typing import Any

from django import forms

from carbon.factors.models import CERTAINTIES
from greendistrict.core.day_fields import DayField


class AddedFactorForm(forms.Form):
    """A factor version, its source and the decision that added it."""

    key = forms.SlugField(label="因子编号", max_length=60, help_text="已有因子填它的编号；新的因子用小写英文字母、数字和连字符")
    name = forms.CharField(label="因子名称", max_length=100, required=False, help_text="新的因子必填；已有因子沿用原名")
    since = forms.IntegerField(label="适用年度起", min_value=1990, max_value=2100, widget=forms.NumberInput(attrs={"data-unit": "年"}))
    value = forms.CharField(label="数值", max_length=90, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
    unit = forms.CharField(label="单位", max_length=30, help_text="如 kgCO2e/kWh、tCO2e/万kWh、tCO2e/t")
    source = forms.CharField(label="出处", max_length=300, help_text="文件名称和文号")
    published = DayField(label="发布日期", required=False)
    certainty = forms.ChoiceField(
        label="确定程度", choices=[(one, one) for one in CERTAINTIES], help_text="原文：见于发布的文件；转引：见于引用；推定：未见出处"
    )
    decision = forms.CharField(label="决定依据", max_length=300, help_text="批准使用的文件、会议或签报")
    decided_on = DayField(label="决定日期")

    def refuse(self, refusals: Any) -> None:
        """Add each refusal of the service as an error of its field."""
        for one in refusals:
            self.add_error(one.field if one.field in self.fields else None, one.text)
