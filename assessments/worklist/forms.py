"""Filter forms of the assessment lists."""

from django import forms

from assessments.common.enums import InspectionMode, StageConclusion
from assessments.common.forms import ALL, NOT_BEGUN, DistrictQuery
from assessments.inspections.lifecycle import INSPECTION
from assessments.stage_assessments.lifecycle.stage import STAGE_ASSESSMENT

RECORDED = ("recorded", "历史补录")


class StageFilter(DistrictQuery):
    """Filter of the list of stage assessments."""

    status = forms.ChoiceField(label="状态", required=False, choices=[ALL, NOT_BEGUN, RECORDED, *STAGE_ASSESSMENT.choices()])
    conclusion = forms.ChoiceField(label="结论", required=False, choices=[ALL, *StageConclusion.choices])


class InspectionFilter(DistrictQuery):
    """Filter of the list of inspections."""

    mode = forms.ChoiceField(label="方式", required=False, choices=[ALL, *InspectionMode.choices])
    status = forms.ChoiceField(label="状态", required=False, choices=[ALL, *INSPECTION.choices()])
    open = forms.ChoiceField(label="未销号的问题", required=False, choices=[ALL, ("yes", "有"), ("no", "没有")])
