"""Forms of the evaluation after acceptance."""

from typing import Any

from django import forms
from django.http import QueryDict

from assessments.lifecycle.postevaluation import ASPECTS
from assessments.models import PostEvaluation
from assessments.services.postevaluations import LONGEST
from greendistrict.documents.forms import EvidenceField

HINTS = {"operation": "管理机构、制度、队伍、平台和日常运行", "effect": "能耗、碳排放、水、绿化、公众感受等实际效果及与目标的比较"}
HOLDS = {"yes": True, "no": False}


class ReportForm(forms.Form):
    """What the district says of each aspect; nothing is required before the check at submission."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, found: PostEvaluation) -> None:
        super().__init__(data, initial={"version": found.version, **found.report})
        for key, title in ASPECTS.items():
            area = forms.Textarea(attrs={"rows": 6})
            self.fields[key] = forms.CharField(label=title, required=False, max_length=LONGEST, widget=area, help_text=HINTS[key])

    @property
    def texts(self) -> list[Any]:
        """The fields to show."""
        return [self[key] for key in ASPECTS]


class PostJudgeForm(forms.Form):
    """What the city found of each aspect, and its opinion."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    opinion = forms.CharField(label="评估意见", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, data: QueryDict | None = None, *, found: PostEvaluation) -> None:
        words = {True: "yes", False: "no"}
        first: dict[str, Any] = {"version": found.version, "opinion": found.opinion}
        for key, line in found.judged.items():
            first |= {f"holds-{key}": words.get(line.get("holds"), ""), f"note-{key}": line.get("note")}
        super().__init__(data, initial=first)
        choices = [("", "请选择"), ("yes", "符合"), ("no", "不符合")]
        for key, title in ASPECTS.items():
            self.fields[f"holds-{key}"] = forms.ChoiceField(label=title, required=False, choices=choices)
            self.fields[f"note-{key}"] = forms.CharField(label=f"{title}的依据", required=False, max_length=500)

    @property
    def pairs(self) -> list[tuple[str, Any, Any]]:
        """Aspect with its two fields."""
        return [(title, self[f"holds-{key}"], self[f"note-{key}"]) for key, title in ASPECTS.items()]

    def judged(self) -> dict[str, dict[str, Any]]:
        """Findings by aspect."""
        data = self.cleaned_data
        return {key: {"holds": HOLDS.get(data[f"holds-{key}"]), "note": data[f"note-{key}"]} for key in ASPECTS}


class SampleForm(forms.Form):
    """Which year, and whether among the fictional districts."""

    year = forms.IntegerField(label="年度", min_value=2023, max_value=2100)
    demo = forms.BooleanField(label="在演示城区中抽取（演示数据）", required=False)


class PostFileForm(forms.Form):
    """A file beside the evaluation."""

    title = forms.CharField(label="材料名称", max_length=200, required=False, help_text="不填则用文件名")
    upload = EvidenceField(label="文件")
