"""Forms of releases."""

from django import forms


class ProgressReleaseForm(forms.Form):
    """Ground on which the progress is published."""

    basis = forms.CharField(label="公开依据", max_length=200, help_text="例如公开的决定、文号或会议")


class ProgressWithdrawalForm(forms.Form):
    """Reason for the withdrawal, which is public."""

    withdrawal = forms.CharField(label="撤回理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text="撤回后在公众页显示")
