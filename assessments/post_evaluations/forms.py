"""Forms of the post-evaluation."""

from typing import Any

from django import forms
from django.http import QueryDict

from assessments.common.forms import YearFilter
from assessments.post_evaluations.columns import POST_LIST
from assessments.post_evaluations.lifecycle import ASPECTS
from assessments.post_evaluations.models import PostEvaluation
from assessments.post_evaluations.services import LONGEST
from greendistrict.columns.filters import ColumnFilter

HINTS = {"operation": "管理机构、制度、队伍、平台和日常运行", "effect": "能耗、碳排放、水、绿化、公众感受等实际效果及与目标的比较"}
HOLDS = {"yes": True, "no": False}


class PostFilter(YearFilter):
    """Filter of the list of post-evaluations."""

    status = ColumnFilter(POST_LIST.columns["status"])


class ReportForm(forms.Form):
    """The district's text on each aspect; nothing is required until the check at submission."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, found: PostEvaluation) -> None:
        super().__init__(data, initial={"version": found.version, **found.report})
        for key, title in ASPECTS.items():
            area = forms.Textarea(attrs={"rows": 6})
            self.fields[key] = forms.CharField(label=title, required=False, max_length=LONGEST, widget=area, help_text=HINTS[key])

    @property
    def texts(self) -> list[Any]:
        """The text fields to show."""
        return [self[key] for key in ASPECTS]


class PostJudgeForm(forms.Form):
    """The city's findings on each aspect (``judged``: ``{"holds", "note"}`` by aspect) and its ``opinion``."""

    opinion = forms.CharField(label="评估意见", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, data: QueryDict | None = None, files: Any = None, *, found: PostEvaluation | None = None) -> None:
        super().__init__(data, files, initial=_judged_before(found) if found else {})
        choices = [("", "请选择"), ("yes", "符合"), ("no", "不符合")]
        for key, title in ASPECTS.items():
            self.fields[f"holds-{key}"] = forms.ChoiceField(label=title, required=False, choices=choices)
            self.fields[f"note-{key}"] = forms.CharField(label=f"{title}的依据", required=False, max_length=500)

    @property
    def pairs(self) -> list[tuple[str, Any, Any]]:
        """Triples of aspect and its two form fields."""
        return [(title, self[f"holds-{key}"], self[f"note-{key}"]) for key, title in ASPECTS.items()]

    def clean(self) -> dict[str, Any]:
        """Collect the findings by aspect, and the opinion."""
        data = self.cleaned_data
        judged = {key: {"holds": HOLDS.get(data.get(f"holds-{key}", "")), "note": data.get(f"note-{key}", "")} for key in ASPECTS}
        return {"judged": judged, "opinion": data.get("opinion", "")}


def _judged_before(found: PostEvaluation) -> dict[str, Any]:
    words = {True: "yes", False: "no"}
    first = {"opinion": found.opinion}
    for key, line in found.judged.items():
        first |= {f"holds-{key}": words.get(line.get("holds"), ""), f"note-{key}": line.get("note")}
    return first


class SampleForm(forms.Form):
    """Year of the sample, and whether it is drawn among demo districts."""

    year = forms.IntegerField(label="年度", min_value=2023, max_value=2100)
    demo = forms.BooleanField(label="在演示城区中抽取（演示数据）", required=False)
