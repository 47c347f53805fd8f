"""Forms for publishing scores."""

from django import forms

from assessments.common.enums import Purpose
from assessments.common.forms import ALL, WORLDS, DistrictQuery
from assessments.score_releases.columns import RELEASE
from greendistrict.columns.forms import ColumnsForm, with_columns

OPEN, LIVE = "open", "live"


class ScoreReleaseFilter(DistrictQuery):
    """Filter of the list of decided scores."""

    purpose = forms.ChoiceField(label="程序", required=False, choices=[ALL, *Purpose.choices])
    state = forms.ChoiceField(label="公开", required=False, choices=[ALL, (OPEN, "未公开"), (LIVE, "已公开")])
    world = forms.ChoiceField(label="范围", required=False, choices=WORLDS)


@with_columns(RELEASE.part("basis", "note"))
class ScoreReleaseForm(ColumnsForm):
    """Basis for publishing the score, and a note shown with it."""


@with_columns(RELEASE.part("withdrawal").needed())
class ScoreWithdrawalForm(ColumnsForm):
    """Reason for withdrawing the score."""
