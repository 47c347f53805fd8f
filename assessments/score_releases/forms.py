"""Forms for publishing scores."""

from django import forms

from assessments.common.enums import Purpose
from assessments.common.forms import ALL, WORLDS, DistrictQuery

OPEN, LIVE = "open", "live"


class ScoreReleaseFilter(DistrictQuery):
    """Filter of the list of decided scores."""

    purpose = forms.ChoiceField(label="程序", required=False, choices=[ALL, *Purpose.choices])
    state = forms.ChoiceField(label="公开", required=False, choices=[ALL, (OPEN, "未公开"), (LIVE, "已公开")])
    world = forms.ChoiceField(label="范围", required=False, choices=WORLDS)


class ScoreReleaseForm(forms.Form):
    """Basis for publishing the score, and a note shown with it."""

    basis = forms.CharField(label="公开依据", max_length=200, help_text="例如公开的决定、文号或会议，公众看不到")
    note = forms.CharField(label="说明", max_length=300, required=False, help_text="可不填；填写的，在得分旁向公众显示")


class ScoreWithdrawalForm(forms.Form):
    """Reason for withdrawing the score."""

    withdrawal = forms.CharField(label="撤回理由", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
