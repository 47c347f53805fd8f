"""Forms to release a carbon figure and to withdraw the release."""

from django import forms


class CarbonReleaseForm(forms.Form):
    """Ground on which the figure is published."""

    basis = forms.CharField(label="公开依据", max_length=200, help_text="例如公开的决定、文号或会议")


class ReleaseWithdrawalForm(forms.Form):
    """Reason for withdrawing the figure."""

    withdrawal = forms.CharField(label="撤回理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
