"""Forms of the city's list of filings that wait apart."""

from django import forms

from greendistrict.columns.declared import Columns
from outreach.common.areas import ALL
from outreach.common.enums import FilingKind
from outreach.common.models import HeldFiling
from outreach.quarantine.enums import HeldStanding


class HeldFilter(forms.Form):
    """Filter of the list."""

    q = forms.CharField(label="编号或内容", max_length=60, required=False)
    kind = forms.ChoiceField(label="种类", required=False, choices=[ALL, *FilingKind.choices])
    standing = forms.ChoiceField(label="办理情况", required=False, choices=[("", HeldStanding.WAITING.label), *HeldStanding.choices[1:]])
    network = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class CloseForm(forms.Form):
    """Reason for closing filings."""

    reason = Columns.of(HeldFiling, "close_reason")["close_reason"].form_field(required=True)
