"""Forms by which a workbook, a CSV file or copied cells come in."""

from typing import Any

from django import forms

from greendistrict.documents.workbooks.csv_lines import ENDINGS
from greendistrict.documents.workbooks.other_formats import ACCEPT
from greendistrict.documents.workbooks.pasted import PastedField


class WorkbookForm(forms.Form):
    """The workbook that was filled in, or cells copied from one."""

    workbook = forms.FileField(
        label="填好的工作簿",
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={"empty": "文件是空的，请检查后重新选择"},
    )
    pasted = PastedField()

    def clean(self) -> dict[str, Any]:
        """Require one of the two."""
        given: dict[str, Any] = super().clean() or {}
        if "workbook" not in self.errors and bool(given.get("workbook")) == bool((given.get("pasted") or "").strip()):
            self.add_error("workbook", "文件和粘贴的内容只能选一种" if given.get("workbook") else "请选择填好的工作簿，或粘贴表格")
        return given


class AnySheetForm(WorkbookForm):
    """A workbook or CSV file, or cells copied from one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workbook"].label = "填好的工作簿，或 CSV 文件"
        self.fields["workbook"].widget.attrs["accept"] = f"{ACCEPT},{','.join(ENDINGS)}"
