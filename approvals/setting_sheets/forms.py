"""Form of a sheet of settings: a line for each, and what holds for all of them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from approvals.setting_sheets.selectors import concerns
from approvals.settings.forms import PROPOSAL, SettingForm
from greendistrict.policy import parameters
from greendistrict.policy.selectors import ParameterRow


class SettingSheetForm(forms.Form):
    """Reason and day of the sheet."""

    reason, effective_on = (PROPOSAL.form_fields()[name] for name in ("reason", "effective_on"))


class LineForm(SettingForm):
    """One setting of the sheet: whether it is confirmed, its value, and the reason of a change."""

    confirm = forms.BooleanField(required=False)

    def __init__(self, *args: Any, row: ParameterRow, concern: str, **kwargs: Any) -> None:
        super().__init__(*args, key=row.key, prefix=row.key, **kwargs)
        self.row, self.concern = row, concern
        del self.fields["effective_on"]
        self.fields["confirm"].initial = row.is_default
        self.fields["confirm"].label = f"列入：{row.label}"
        self.fields["value"].label = f"{row.label}的拟定值"
        self.fields["value"].help_text = ""
        self.fields["reason"] = forms.CharField(label=f"{row.label}改动的理由", max_length=1000, required=False)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = field.label

    @property
    def is_chosen(self) -> bool:
        """Whether the line belongs to the sheet."""
        return bool(self.cleaned_data.get("confirm"))

    def clean(self) -> dict[str, Any]:
        """A changed value is ticked and has its reason. Errors stand at the field of the line."""
        data = super().clean() or self.cleaned_data
        if "value" in data and data["value"] != parameters.get(self.key).value:
            if not data.get("confirm"):
                self.add_error("confirm", "改了拟定值，请勾选列入；不改的，填回现值")
            elif not data.get("reason", "").strip():
                self.add_error("reason", "改动现值的，请写明理由")
        return data


def line_forms(groups: Sequence[tuple[str, list[ParameterRow]]], data: Any, today: dt.date) -> list[tuple[str, list[LineForm]]]:
    """The lines by chapter."""
    told = concerns((row.key for _, rows in groups for row in rows), today)
    return [(title, [LineForm(data, row=row, concern=told[row.key]) for row in rows]) for title, rows in groups]
