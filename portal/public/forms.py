"""Forms of the public pages."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q

from districts.common.enums import TITLED
from districts.file.columns import DISTRICT
from districts.file.forms.filters import named, of_world
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter, WordsFilter
from reports.signing.signatures import HEAD, is_pdf


class VerifyForm(forms.Form):
    """Document number and verification code to look up; the number of a published document or the code alone is enough."""

    code = forms.CharField(
        label="编号、文号或查验码",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    check = forms.CharField(
        label="查验码",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="没有公布的事项须填，印在回执、通知书和报告上",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse the form if both fields are empty."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not (data.get("code", "").strip() or data.get("check", "").strip()):
            self.add_error("code", "请填写编号、文号或查验码，如 SQ-2026-0007")
        return data


class CheckedFileForm(forms.Form):
    """A PDF to be checked by its digest and signature."""

    file = forms.FileField(
        label="PDF 文件",
        error_messages={"required": "请选择要核验的 PDF 文件", "missing": "请选择要核验的 PDF 文件", "empty": "这是空文件，请重新选择"},
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf", "class": "form-control"}),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        """Refuse files that are no PDF or too big."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        limit = settings.GD_UPLOAD_MAX_BYTES
        if (file.size or 0) > limit:
            msg = f"文件超过{limit // (1024 * 1024)}MB，不能核验"
            raise forms.ValidationError(msg)
        if not is_pdf(file.read(len(HEAD))):
            msg = "这不是 PDF 文件，请选择平台出具的 PDF"
            raise forms.ValidationError(msg)
        return file


class TitleRegisterFilter(ListFilter):
    """Filter of the title register."""

    q = WordsFilter("名称或拼音", meeting=named)
    title = ChosenFilter("称号", [(one.value, one.label) for one in TITLED], lambda stage: Q(stage=stage))
    star, type = (ColumnFilter(DISTRICT[name]) for name in ("star", "type"))
    kind = of_world()
