"""Forms of evaluations."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from beautiful.evaluations.columns import EVALUATION, USE
from beautiful.frame.programme import BeautyArea
from beautiful.plans.models import TaskAdjustment
from districts.file.forms.fields import several
from greendistrict.columns.forms import ColumnsForm, with_columns


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

    def __init__(self, data: Any = None, *, of: str, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["text"] = EVALUATION[of].form_field(required=True)


class EvaluationConclusionForm(forms.Form):
    """Conclusion with its explanation."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    conclusion, text = (EVALUATION[name].form_field(required=True) for name in ("conclusion", "conclusion_text"))


@with_columns(USE)
class EvaluationUseForm(ColumnsForm):
    """A task adjustment that followed from the evaluation."""

    def __init__(self, data: Any = None, *, adjustments: QuerySet[TaskAdjustment]) -> None:
        super().__init__(data)
        self.fields["adjustment"].queryset = adjustments  # type: ignore[attr-defined]
