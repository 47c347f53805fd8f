"""Forms of the stage assessment: mechanisms as reported by the district and as judged by the city."""

from typing import Any

from django import forms
from django.http import QueryDict

from assessments.common.mechanism import CHECKLIST, STANDINGS
from assessments.stage_assessments.columns import JUDGED, LONGEST, RECTIFIED
from assessments.stage_assessments.models import StageAssessment
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.core.forms import DatedForm

HOLDS = {"yes": True, "no": False}


class MechanismForm(forms.Form):
    """State and text for each mechanism; nothing is required until the check at submission."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, stage: StageAssessment) -> None:
        first: dict[str, Any] = {"version": stage.version}
        for key, line in stage.mechanism.items():
            first |= {f"state-{key}": line.get("state"), f"text-{key}": line.get("text")}
        super().__init__(data, initial=first)
        for one in CHECKLIST:
            self.fields[f"state-{one.key}"] = forms.ChoiceField(label="情况", required=False, choices=[("", "请选择"), *STANDINGS.items()])
            self.fields[f"text-{one.key}"] = forms.CharField(
                label="说明", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2}), help_text="文件、机构、运行情况"
            )

    @property
    def lines(self) -> list[tuple[Any, Any, Any]]:
        """Triples of mechanism and its two form fields."""
        return [(one, self[f"state-{one.key}"], self[f"text-{one.key}"]) for one in CHECKLIST]

    def typed(self) -> dict[str, dict[str, str]]:
        """Typed values by mechanism."""
        data = self.cleaned_data
        return {one.key: {"state": data[f"state-{one.key}"], "text": data[f"text-{one.key}"]} for one in CHECKLIST}


@with_columns(JUDGED)
class JudgeForm(ColumnsForm, DatedForm):
    """The city's findings: ``judged`` (``{"holds", "note"}`` by mechanism), the visit if there was one, the opinion."""

    def __init__(self, *args: Any, stage: StageAssessment | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial=_judged_before(stage) if stage else {}, **kwargs)
        for one in CHECKLIST:
            choices = [("", "请选择"), ("yes", "已建立"), ("no", "未建立")]
            self.fields[f"holds-{one.key}"] = forms.ChoiceField(label="核定", required=False, choices=choices)
            self.fields[f"note-{one.key}"] = forms.CharField(label="依据", required=False, max_length=500)

    def clean_visited_on(self) -> Any:
        """Refuse a visit in the future."""
        day = self.cleaned_data["visited_on"]
        if day and day > self.today:
            msg = "现场核查日期不能晚于今天"
            raise forms.ValidationError(msg)
        return day

    def clean(self) -> dict[str, Any]:
        """Collect the findings by mechanism, the visit and the opinion."""
        data = self.cleaned_data
        judged = {
            one.key: {"holds": HOLDS.get(data.get(f"holds-{one.key}", "")), "note": data.get(f"note-{one.key}", "")} for one in CHECKLIST
        }
        return {"judged": judged, **{name: data.get(name, "") for name in ("opinion", "visit_note")}, "visited_on": data.get("visited_on")}

    def lines(self, stage: StageAssessment) -> list[dict[str, Any]]:
        """Per mechanism: the district's report and the two form fields."""
        return [
            {
                "mechanism": one,
                "said": STANDINGS.get(stage.mechanism.get(one.key, {}).get("state", ""), "未填"),
                "text": stage.mechanism.get(one.key, {}).get("text", ""),
                "holds": self[f"holds-{one.key}"],
                "note": self[f"note-{one.key}"],
            }
            for one in CHECKLIST
        ]


def _judged_before(stage: StageAssessment) -> dict[str, Any]:
    words = {True: "yes", False: "no"}
    first: dict[str, Any] = {"visited_on": stage.visited_on, "visit_note": stage.visit_note, "opinion": stage.opinion}
    for key, line in stage.judged.items():
        first |= {f"holds-{key}": words.get(line.get("holds"), ""), f"note-{key}": line.get("note")}
    return first


@with_columns(RECTIFIED)
class RectifyForm(ColumnsForm):
    """The rectification report."""

    version = forms.IntegerField(widget=forms.HiddenInput)
