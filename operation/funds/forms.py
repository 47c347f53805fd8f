"""Entry form of a fund."""

from typing import Any

from django import forms

from greendistrict.columns.form_fields import figure
from operation.common.forms import EntryForm
from operation.funds.enums import YearFundKind


class YearFundForm(EntryForm):
    """One source of funds."""

    kind = forms.ChoiceField(label="类别", choices=YearFundKind.choices, help_text="专业规划编制资金，由同级财政予以保障　七（一）")
    source = forms.CharField(label="资金来源", max_length=100, help_text="如区财政")
    document = forms.CharField(label="依据文件", max_length=200, required=False, help_text="名称和文号")
    budget = figure("预算", "万元", digits=10, places=2)
    used = figure("使用", "万元", digits=10, places=2)
    purpose = forms.CharField(label="用途", max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Used funds need a budget; use above the budget needs an explanation."""
        data = super().clean()
        budget, used = data.get("budget"), data.get("used")
        if used is not None and budget is not None and used > budget and not data.get("note"):
            self.add_error("note", "使用超出预算的，请在说明中写明原因")
        return data
