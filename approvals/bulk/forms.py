"""Form to upload a workbook of historical records."""

from django import forms


class TakeOverForm(forms.Form):
    """A workbook or CSV file of historical records."""

    upload = forms.FileField(label="Excel 或 CSV 文件", widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}))
