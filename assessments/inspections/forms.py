"""Forms of inspections: the visit, its findings, the district's reply."""

from typing import Any

from django import forms
from django.http import QueryDict

from assessments.common.enums import InspectionMode, Severity
from assessments.inspections.models import Inspection
from assessments.inspections.selectors import bindings_of
from assessments.inspections.services import LONGEST
from districts.file.models.district import District
from greendistrict.core.day_fields import DayField
from greendistrict.documents.forms import EvidenceField


class InspectionForm(forms.Form):
    """Data of the visit."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    mode = forms.ChoiceField(label="方式", choices=InspectionMode.choices, widget=forms.RadioSelect)
    basis = forms.CharField(label="检查事由", max_length=300, help_text="如年度检查计划、群众反映")
    inspected_on = DayField(label="检查日期", help_text="今后的日期列入监督检查计划，检查后改为实际日期")
    team = forms.CharField(label="检查人员", max_length=300)
    summary = forms.CharField(
        label="检查情况", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4}), help_text="发出前必填"
    )


class InspectionRegistrationForm(InspectionForm):
    """Data of the visit together with the district."""

    district = forms.ModelChoiceField(queryset=District.objects.none(), label="城区", empty_label="请选择")
    field_order = ("district", "mode", "basis", "inspected_on", "team", "summary")

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        worked = District.objects.filter(applicant__isnull=False, guideline_area=False).order_by("name_pinyin", "pk")
        self.fields["district"].queryset = worked  # type: ignore[attr-defined]  # a choice of models


class FindingForm(forms.Form):
    """A finding, tied to a policy rule or to a clause of the edition."""

    rule = forms.ChoiceField(label="政策条款", required=False, help_text="规则和条文至少选一项")
    item_id = forms.ChoiceField(label="评价条文", required=False)
    text = forms.CharField(label="问题", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}))
    severity = forms.ChoiceField(label="程度", choices=Severity.choices, initial=Severity.MINOR)
    demand = forms.CharField(label="整改要求", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}))
    due = DayField(label="整改期限")

    def __init__(self, data: QueryDict | None = None, *, inspection: Inspection) -> None:
        super().__init__(data)
        known = bindings_of(inspection)
        self.fields["rule"].choices = [("", "不选"), *known.rules.items()]  # type: ignore[attr-defined]
        self.fields["item_id"].choices = [("", "不选"), *known.items.items()]  # type: ignore[attr-defined]


class InspectionFileForm(forms.Form):
    """A photo or document of the visit or of the rectification."""

    title = forms.CharField(label="名称", max_length=200, required=False, help_text="不填则用文件名")
    upload = EvidenceField(label="照片或文件")
