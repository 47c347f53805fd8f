"""Filter forms of the assessment lists."""

from django import forms

from assessments.common.enums import StageConclusion
from assessments.common.forms import ALL, NOT_BEGUN, DistrictQuery, state_filter
from assessments.inspections.columns import VISIT
from assessments.inspections.lifecycle import INSPECTION
from assessments.stage_assessments.lifecycle.stage import STAGE_ASSESSMENT

RECORDED = ("recorded", "历史补录")


class StageFilter(DistrictQuery):
    """Filter of the list of stage assessments."""

    status = state_filter(STAGE_ASSESSMENT, NOT_BEGUN, RECORDED)
    conclusion = forms.ChoiceField(label="结论", required=False, choices=[ALL, *StageConclusion.choices])


class InspectionFilter(DistrictQuery):
    """Filter of the list of inspections."""

    mode = VISIT["mode"].filter_field()
    status = state_filter(INSPECTION)
    open = forms.ChoiceField(label="未销号的问题", required=False, choices=[ALL, ("yes", "有"), ("no", "没有")])
