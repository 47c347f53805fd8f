"""Forms of evaluations."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from beautiful.evaluations.enums import EvaluationConclusion
from beautiful.frame.programme import BeautyArea
from beautiful.plans.models import TaskAdjustment
from districts.file.forms.fields import several

TEXT = 4000


class EvaluationBeginForm(forms.Form):
    """Areas for which an evaluation is begun; initially those with a task in the plan."""

    areas = several("重点领域", (), "计划有任务的领域已勾选；其余领域由“美丽上海统筹”的岗位自评")

    def __init__(self, data: Any = None, *, year: int, areas: Sequence[BeautyArea], ticked: Collection[str] = ()) -> None:
        super().__init__(data, auto_id=f"id_{year}_%s", initial={"areas": [area.key for area in areas if area.key in ticked]})
        self.fields["areas"].choices = [(area.key, area.name) for area in areas]  # type: ignore[attr-defined]
        self.year = year


class EvaluationTextForm(forms.Form):
    """Text of the self-report or of the check."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label="内容", max_length=TEXT, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, data: Any = None, *, label: str, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["text"].label = label


class EvaluationConclusionForm(forms.Form):
    """Conclusion with its explanation."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    conclusion = forms.ChoiceField(label="结论", choices=[("", "请选择"), *EvaluationConclusion.choices])
    text = forms.CharField(label="结论说明", max_length=TEXT, widget=forms.Textarea(attrs={"rows": 5}))


class EvaluationUseForm(forms.Form):
    """A task adjustment that followed from the evaluation."""

    adjustment = forms.ModelChoiceField(label="任务调整", queryset=TaskAdjustment.objects.none(), empty_label="请选择")
    note = forms.CharField(label="怎样应用", max_length=300)

    def __init__(self, data: Any = None, *, adjustments: QuerySet[TaskAdjustment]) -> None:
        super().__init__(data)
        self.fields["adjustment"].queryset = adjustments  # type: ignore[attr-defined]
