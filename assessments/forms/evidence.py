"""Putting a file under a clause."""

from typing import Any

from django import forms

from assessments.models import ScoreTable
from assessments.selectors.table_drawer import library_of
from greendistrict.documents.forms import EvidenceField
from greendistrict.documents.models import Evidence

LAST_PAGE = 9999


class UploadForm(forms.Form):
    """A new file with its title and the page to open."""

    title = forms.CharField(label="材料名称", max_length=200, required=False, help_text="不填则用文件名")
    upload = EvidenceField(label="文件")
    page = forms.IntegerField(label="页码", min_value=1, max_value=LAST_PAGE, required=False, help_text="证明内容所在的页")


class _LibraryChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: Evidence) -> str:
        """Title, version and day: what tells two files apart."""
        return f"{obj.title}（第{obj.version}版，{obj.uploaded_at:%Y-%m-%d}）"


class PickForm(forms.Form):
    """A file of the district's library."""

    document = _LibraryChoice(queryset=Evidence.objects.none(), label="已有材料", empty_label="请选择")
    page = forms.IntegerField(label="页码", min_value=1, max_value=LAST_PAGE, required=False)

    def __init__(self, *args: Any, table: ScoreTable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = library_of(table)  # type: ignore[attr-defined]  # a choice of models
