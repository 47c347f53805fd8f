"""Forms of releases."""

from django import forms


class CarbonReleaseForm(forms.Form):
    """On what ground the figure is made public."""

    basis = forms.CharField(label="公开依据", max_length=200, help_text="例如公开的决定、文号或会议")


class ReleaseWithdrawalForm(forms.Form):
    """Why the figure is public no longer."""

    withdrawal = forms.CharField(label="撤回理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
