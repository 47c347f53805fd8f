"""Form of 补录说明."""

from typing import Any

from django import forms

from districts.plots.models import Plot, PlotBackfill
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.documents.forms import EvidenceField


class BackfillForm(forms.Form):
    """Plots, the reason why they bypassed their control table, and the proof."""

    plots = forms.ModelMultipleChoiceField(label="地块", queryset=Plot.objects.none(), widget=forms.CheckboxSelectMultiple)
    reason = Columns(PlotBackfill, reason=TextColumn(rows=3, most=1000))["reason"].form_field()
    upload = EvidenceField(label="证明材料", help_text="出让合同、划拨决定书、征询复函、竣工验收报告等")

    def __init__(self, *args: Any, plots: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plots"].queryset = plots  # type: ignore[attr-defined]
