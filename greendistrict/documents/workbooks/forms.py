"""Form that uploads a filled-in workbook."""

from django import forms


class WorkbookForm(forms.Form):
    """The workbook that was filled in."""

    workbook = forms.FileField(
        label="填好的工作簿",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "请选择填好的工作簿", "empty": "文件是空的，请检查后重新选择"},
    )
