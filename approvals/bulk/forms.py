"""Form for the workbook of older titles."""

from django import forms


class TakeOverForm(forms.Form):
    """A workbook or CSV of old records."""

    upload = forms.FileField(label="Excel 或 CSV 文件", widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}))
