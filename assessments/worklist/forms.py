"""Filter forms of the assessment lists."""

from django.db.models import Q

from assessments.common.enums import StageConclusion
from assessments.common.forms import NOT_BEGUN, state_filter, words_of_district
from assessments.inspections.columns import VISIT
from assessments.stage_assessments.columns import STAGE_LIST
from assessments.stage_assessments.lifecycle.stage import STAGE_ASSESSMENT
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter

RECORDED = ("recorded", "历史补录")


class StageFilter(ListFilter):
    """Filter of the list of stage assessments."""

    q = words_of_district()
    status = state_filter(STAGE_ASSESSMENT, NOT_BEGUN, RECORDED)
    conclusion = ChosenFilter(STAGE_LIST.columns["conclusion"].label, StageConclusion.choices, lambda one: Q(conclusion=one))


class InspectionFilter(ListFilter):
    """Filter of the list of inspections."""

    q = words_of_district()
    mode = ColumnFilter(VISIT["mode"])
    status = ColumnFilter(VISIT["status"])
    open = ChosenFilter("未销号的问题", [("yes", "有"), ("no", "没有")], lambda one: Q(left__gt=0) if one == "yes" else Q(left=0))
