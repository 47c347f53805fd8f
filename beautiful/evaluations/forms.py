"""Forms of evaluations."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from beautiful.evaluations.enums import EvaluationConclusion
from beautiful.plans.models import TaskAdjustment

TEXT = 4000


class EvaluationTextForm(forms.Form):
    """Self-report or what the check found."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(label="内容", max_length=TEXT, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, data: Any = None, *, label: str, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["text"].label = label


class EvaluationConclusionForm(forms.Form):
    """Conclusion with its words."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    conclusion = forms.ChoiceField(label="结论", choices=[("", "请选择"), *EvaluationConclusion.choices])
    text = forms.CharField(label="结论说明", max_length=TEXT, widget=forms.Textarea(attrs={"rows": 5}))


class EvaluationUseForm(forms.Form):
    """Which adjustment was made because of the result."""

    adjustment = forms.ModelChoiceField(label="任务调整", queryset=TaskAdjustment.objects.none(), empty_label="请选择")
    note = forms.CharField(label="怎样应用", max_length=300)

    def __init__(self, data: Any = None, *, adjustments: QuerySet[TaskAdjustment]) -> None:
        super().__init__(data)
        self.fields["adjustment"].queryset = adjustments  # type: ignore[attr-defined]
