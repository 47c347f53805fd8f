"""Forms of the stage assessment: mechanisms as the district tells them, and as the city finds them."""

from typing import Any

from django import forms
from django.http import QueryDict

from assessments.mechanism import CHECKLIST, STANDINGS
from assessments.models import StageAssessment
from assessments.services.stages import LONGEST
from greendistrict.core import clock
from greendistrict.core.widgets import DayInput
from greendistrict.documents.forms import EvidenceField

HOLDS = {"yes": True, "no": False}


class MechanismForm(forms.Form):
    """State and words per mechanism; nothing is required before the check at submission."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, stage: StageAssessment) -> None:
        first: dict[str, Any] = {"version": stage.version}
        for key, line in stage.mechanism.items():
            first |= {f"state-{key}": line.get("state"), f"text-{key}": line.get("text")}
        super().__init__(data, initial=first)
        for one in CHECKLIST:
            self.fields[f"state-{one.key}"] = forms.ChoiceField(
                label="情况", required=False, choices=[("", "请选择"), *((each.key, each.label) for each in STANDINGS)]
            )
            self.fields[f"text-{one.key}"] = forms.CharField(
                label="说明", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}), help_text="文件、机构、运行情况"
            )

    @property
    def lines(self) -> list[tuple[Any, Any, Any]]:
        """Mechanism with its two fields."""
        return [(one, self[f"state-{one.key}"], self[f"text-{one.key}"]) for one in CHECKLIST]

    def typed(self) -> dict[str, dict[str, str]]:
        """What was typed, by mechanism."""
        data = self.cleaned_data
        return {one.key: {"state": data[f"state-{one.key}"], "text": data[f"text-{one.key}"]} for one in CHECKLIST}


class JudgeForm(forms.Form):
    """What the city found: each mechanism, the visit if there was one, the opinion."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    visited_on = forms.DateField(label="现场核查日期", required=False, widget=DayInput(), help_text="没有现场核查可不填")
    visit_note = forms.CharField(label="现场核查记录", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    opinion = forms.CharField(label="评估意见", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, data: QueryDict | None = None, *, stage: StageAssessment) -> None:
        first: dict[str, Any] = {
            "version": stage.version,
            "visited_on": stage.visited_on,
            "visit_note": stage.visit_note,
            "opinion": stage.opinion,
        }
        words = {True: "yes", False: "no"}
        for key, line in stage.judged.items():
            first |= {f"holds-{key}": words.get(line.get("holds"), ""), f"note-{key}": line.get("note")}
        super().__init__(data, initial=first)
        for one in CHECKLIST:
            choices = [("", "请选择"), ("yes", "已建立"), ("no", "未建立")]
            self.fields[f"holds-{one.key}"] = forms.ChoiceField(label="核定", required=False, choices=choices)
            self.fields[f"note-{one.key}"] = forms.CharField(label="依据", required=False, max_length=500)

    def clean_visited_on(self) -> Any:
        """A visit lies behind us."""
        day = self.cleaned_data["visited_on"]
        if day and day > clock.today():
            msg = "现场核查日期不能晚于今天"
            raise forms.ValidationError(msg)
        return day

    def judged(self) -> dict[str, dict[str, Any]]:
        """Findings by mechanism."""
        data = self.cleaned_data
        return {one.key: {"holds": HOLDS.get(data[f"holds-{one.key}"]), "note": data[f"note-{one.key}"]} for one in CHECKLIST}

    def lines(self, stage: StageAssessment) -> list[dict[str, Any]]:
        """Mechanism, what the district says, and the two fields."""
        standing = {one.key: one.label for one in STANDINGS}
        return [
            {
                "mechanism": one,
                "said": standing.get(stage.mechanism.get(one.key, {}).get("state", ""), "未填"),
                "text": stage.mechanism.get(one.key, {}).get("text", ""),
                "holds": self[f"holds-{one.key}"],
                "note": self[f"note-{one.key}"],
            }
            for one in CHECKLIST
        ]


class RectifyForm(forms.Form):
    """The rectification report."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    rectification = forms.CharField(
        label="整改报告", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}), help_text="逐项写明整改措施和结果"
    )


class StageFileForm(forms.Form):
    """A file beside the assessment."""

    title = forms.CharField(label="材料名称", max_length=200, required=False, help_text="不填则用文件名")
    upload = EvidenceField(label="文件")
