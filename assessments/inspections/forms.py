"""Forms of inspections: the visit, its findings, the district's reply."""

from typing import Any

from django import forms
from django.http import QueryDict

from assessments.common.forms import TitledFileForm
from assessments.inspections.columns import FINDING_ENTERED, VISIT_ENTERED
from assessments.inspections.models import Inspection
from assessments.inspections.selectors import bindings_of
from districts.file.models.district import District
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.documents.forms import EvidenceField


@with_columns(VISIT_ENTERED)
class InspectionForm(ColumnsForm):
    """Data of the visit."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class InspectionRegistrationForm(InspectionForm):
    """Data of the visit together with the district."""

    district = forms.ModelChoiceField(queryset=District.objects.none(), label="城区", empty_label="请选择")
    field_order = ("district",)

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        worked = District.objects.filter(applicant__isnull=False, guideline_area=False).order_by("name_pinyin", "pk")
        self.fields["district"].queryset = worked  # type: ignore[attr-defined]  # a choice of models


@with_columns(FINDING_ENTERED)
class FindingForm(ColumnsForm):
    """A finding, tied to a policy rule or to a clause of the edition."""

    rule = forms.ChoiceField(label="政策条款", required=False, help_text="规则和条文至少选一项")
    item_id = forms.ChoiceField(label="评价条文", required=False)

    def __init__(self, data: QueryDict | None = None, *, inspection: Inspection) -> None:
        super().__init__(data)
        rules, items = bindings_of(inspection)
        self.fields["rule"].choices = [("", "不选"), *rules.items()]  # type: ignore[attr-defined]
        self.fields["item_id"].choices = [("", "不选"), *items.items()]  # type: ignore[attr-defined]


class InspectionFileForm(TitledFileForm):
    """A photo or document of the visit or of the rectification."""

    upload = EvidenceField(label="照片或文件")
