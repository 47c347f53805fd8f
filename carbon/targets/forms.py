"""Form with which a district explains a missed target."""

from django import forms

from carbon.targets.services import LONGEST


class ExplanationForm(forms.Form):
    """Explanation of one year."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label="原因和措施", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))
