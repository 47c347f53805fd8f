"""Forms for adding evidence to a clause."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from greendistrict.core.templatetags.gd import cn_date
from greendistrict.core.widgets import BoxList, DayInput
from greendistrict.documents.forms import EvidenceField, level_field
from greendistrict.documents.models import Evidence

LAST_PAGE = 9999


def _date(label: str) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=DayInput())


def _page() -> forms.IntegerField:
    return forms.IntegerField(label="页码", min_value=1, max_value=LAST_PAGE, required=False, help_text="证明内容所在的页")


class DescribeForm(forms.Form):
    """Page and passage for this clause, validity of the file."""

    page = _page()
    passage = forms.CharField(
        label="表号或文字", max_length=200, required=False, help_text="如“表5-3”，或照抄证明的一句；打开材料时在这一页标出"
    )
    valid_from = _date("有效期起")
    valid_to = _date("有效期止")

    def clean(self) -> dict[str, Any]:
        """The validity ends after it begins."""
        data = super().clean() or {}
        if data.get("valid_from") and data.get("valid_to") and data["valid_to"] < data["valid_from"]:
            self.add_error("valid_to", "有效期止不能早于有效期起")
        return data


class UploadForm(DescribeForm):
    """A new file with its title, the page to open and how long it holds."""

    title = forms.CharField(label="材料名称", max_length=200, required=False, help_text="不填则用文件名")
    upload = EvidenceField(label="文件")
    confidentiality = level_field()
    field_order = ("title", "upload", "confidentiality", "page", "passage", "valid_from", "valid_to")


class ArrivedForm(DescribeForm):
    """Key of a completed upload."""

    key = forms.UUIDField()
    confidentiality = level_field()


class ReplaceForm(DescribeForm):
    """The next version of a file."""

    upload = EvidenceField(label="新版文件", level="")


class _LibraryChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: Evidence) -> str:
        """Title, version, day and end of validity, by which files are distinguished."""
        until = f"，有效期至{cn_date(obj.valid_to)}" if obj.valid_to else ""
        return f"{obj.title}（第{obj.version}版，{cn_date(obj.uploaded_at)}{until}）"


class PickForm(forms.Form):
    """Choice among files of the district's library."""

    # Not marked as required: who uploads on the same page picks nothing. Picking nothing at all is refused below.
    document = _LibraryChoice(queryset=Evidence.objects.none(), label="已有材料", required=False, widget=BoxList, help_text="可以多选")
    page = _page()

    def __init__(self, *args: Any, library: QuerySet[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = library  # type: ignore[attr-defined]  # a choice of models

    def clean_document(self) -> QuerySet[Evidence]:
        """At least one file is picked."""
        picked: QuerySet[Evidence] = self.cleaned_data["document"]
        if not picked:
            msg = "请选择要加入的材料"
            raise forms.ValidationError(msg)
        return picked
