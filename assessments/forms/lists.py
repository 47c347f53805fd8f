"""Conditions of the lists of assessments."""

from collections.abc import Sequence

from django import forms
from django.http import QueryDict

from assessments.enums import InspectionMode, StageConclusion
from assessments.lifecycle.inspection import INSPECTION
from assessments.lifecycle.postevaluation import POST_EVALUATION
from assessments.lifecycle.stage import STAGE_ASSESSMENT

ALL = ("", "全部")
LATE_CHOICES = (ALL, ("late", "逾期"), ("ontime", "未逾期"))


class DistrictQuery(forms.Form):
    """The condition that every list has: a district by name or pinyin."""

    q = forms.CharField(label="城区", required=False, max_length=60, widget=forms.TextInput(attrs={"placeholder": "名称或拼音"}))


class YearQuery(DistrictQuery):
    """A list with a year."""

    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)

    def __init__(self, data: QueryDict, *, years: Sequence[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [ALL, *((year, f"{year}年度") for year in years)]  # type: ignore[attr-defined]


class StageFilter(DistrictQuery):
    """Query of the list of stage assessments."""

    status = forms.ChoiceField(label="状态", required=False, choices=[ALL, *STAGE_ASSESSMENT.choices()])
    conclusion = forms.ChoiceField(label="结论", required=False, choices=[ALL, *StageConclusion.choices])


class PostFilter(YearQuery):
    """Query of the list of evaluations after acceptance."""

    status = forms.ChoiceField(label="状态", required=False, choices=[ALL, *POST_EVALUATION.choices()])


class InspectionFilter(DistrictQuery):
    """Query of the list of inspections."""

    mode = forms.ChoiceField(label="方式", required=False, choices=[ALL, *InspectionMode.choices])
    status = forms.ChoiceField(label="状态", required=False, choices=[ALL, *INSPECTION.choices()])
    open = forms.ChoiceField(label="未销号的问题", required=False, choices=[ALL, ("yes", "有"), ("no", "没有")])
