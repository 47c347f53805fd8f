"""Forms for adding evidence to a clause."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from assessments.common.forms import TitledFileForm
from assessments.tables.models import RowEvidence
from districts.lists.held import LISTS
from greendistrict.columns.declared import Columns
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.core.widgets import BoxList, DayField
from greendistrict.documents.forms import EvidenceField, level_field
from greendistrict.documents.models import Evidence


def _date(label: str) -> DayField:
    return DayField(label=label, required=False)


class PagesField(forms.CharField):
    """Field for one page or a range, typed as 12 or 12–14; gives None or (first, last or None)."""

    RUN = re.compile(r"第?\s*(\d{1,4})\s*页?\s*(?:[-–—~～至到]+\s*第?\s*(\d{1,4})\s*页?)?")

    def __init__(self) -> None:
        super().__init__(label="页码", required=False, max_length=20, help_text="如12，或12–14")

    def clean(self, value: Any) -> tuple[int, int | None] | None:
        """Parse first and last page. Raises ``ValidationError`` with an example of the format."""
        text = unicodedata.normalize("NFKC", str(super().clean(value) or "")).strip()
        if not text:
            return None
        found = self.RUN.fullmatch(text)
        first, last = (int(found[1]), int(found[2] or 0)) if found else (0, 0)
        if not first or (last and last < first):
            msg = "页码请写成12，或12–14"
            raise forms.ValidationError(msg)
        return first, (last if last > first else None)


def _parted(data: dict[str, Any]) -> dict[str, Any]:
    """Split the page range of the cleaned data into the keys ``page`` and ``page_end``."""
    data["page"], data["page_end"] = data.get("page") or (None, None)
    return data


class AlsoMixin(forms.Form):
    """Choice of further clauses of the table that the same file proves."""

    also = forms.MultipleChoiceField(label="同时证明的条文", required=False, widget=BoxList, help_text="同一份材料、同一页码，一次加入")

    def __init__(self, *args: Any, clauses: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.MultipleChoiceField", self.fields["also"]).choices = list(clauses)


class DescribeForm(forms.Form):
    """Page and passage that prove the clause, and the validity of the file."""

    page = PagesField()
    passage = Columns.of(RowEvidence, "passage")["passage"].form_field()
    valid_from = _date("有效期起")
    valid_to = _date("有效期止")

    def clean(self) -> dict[str, Any]:
        """Refuse a validity that ends before it begins."""
        data = _parted(super().clean() or {})
        if data.get("valid_from") and data.get("valid_to") and data["valid_to"] < data["valid_from"]:
            self.add_error("valid_to", "有效期止不能早于有效期起")
        return data


class UploadForm(AlsoMixin, DescribeForm, TitledFileForm):
    """A new file: its title, the pages to open and its validity."""

    confidentiality = level_field()
    field_order = ("title", "upload", "confidentiality", "page", "passage", "valid_from", "valid_to", "also")


class ArrivedForm(DescribeForm):
    """Key of a completed upload; ``also`` lists further clauses separated by commas, ``title`` is sent with a single file."""

    title = Columns.of(Evidence, "title")["title"].form_field(required=False)
    also = forms.CharField(required=False, max_length=2000)
    key = forms.UUIDField()
    confidentiality = level_field()


class ReplaceForm(DescribeForm):
    """The next version of a file."""

    upload = EvidenceField(label="新版文件", level="")


class TakeForm(forms.Form):
    """A list that the portal holds of the district."""

    held = forms.ChoiceField(choices=[(key, one.title) for key, one in LISTS.items()])


class _LibraryChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: Evidence) -> str:
        """Label with title, version, day and end of validity, so that similar files can be told apart."""
        until = f"，有效期至{cn_date(obj.valid_to)}" if obj.valid_to else ""
        return f"{obj.title}（第{obj.version}版，{cn_date(obj.uploaded_at)}{until}）"


class PickForm(AlsoMixin):
    """Choice among files of the district's library."""

    # Not required at field level: a person who uploads on the same page picks nothing. An empty choice is refused below.
    document = _LibraryChoice(queryset=Evidence.objects.none(), label="已有材料", required=False, widget=BoxList, help_text="可以多选")
    page = PagesField()

    def __init__(self, *args: Any, library: QuerySet[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = library  # type: ignore[attr-defined]  # a choice of models

    def clean(self) -> dict[str, Any]:
        """Split the page range into its two keys."""
        return _parted(super().clean() or {})

    def clean_document(self) -> QuerySet[Evidence]:
        """Require at least one file."""
        picked: QuerySet[Evidence] = self.cleaned_data["document"]
        if not picked:
            msg = "请选择要加入的材料"
            raise forms.ValidationError(msg)
        return picked
