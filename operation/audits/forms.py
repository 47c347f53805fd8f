"""Entry form of an energy audit."""

from typing import Any, ClassVar

from django import forms

from districts.file.forms.fields import day
from greendistrict.columns.form_fields import figure
from operation.common.forms import EntryForm


class EnergyAuditForm(EntryForm):
    """An audit of the ledger's year."""

    of_year: ClassVar[tuple[str, ...]] = ("audited_on",)
    done: ClassVar[tuple[str, ...]] = ("audited_on",)
    subject = forms.CharField(label="审计对象", max_length=100, help_text="建筑或者设施")
    auditor = forms.CharField(label="审计单位", max_length=100)
    audited_on = day("审计日期", required=True)
    area = figure("建筑面积", "m²", digits=11, places=2)
    consumed = figure("年用能", "tce", digits=11, places=2)
    saving = figure("年节能潜力", "tce", digits=11, places=2)
    measures = forms.CharField(label="改进措施", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """Refuse an energy saving larger than the energy used."""
        data = super().clean()
        consumed, saving = data.get("consumed"), data.get("saving")
        if consumed is not None and saving is not None and saving > consumed:
            self.add_error("saving", "年节能潜力不能大于年用能")
        return data
