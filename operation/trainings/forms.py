"""Entry form of a training session."""

from typing import Any, ClassVar

from django import forms

from districts.file.forms.fields import day
from greendistrict.columns.form_fields import figure, whole
from operation.common.forms import EntryForm
from operation.trainings.enums import TrainingTier

PEOPLE = 1_000_000


class TrainingSessionForm(EntryForm):
    """A session of the ledger's year."""

    of_year: ClassVar[tuple[str, ...]] = ("planned_on", "held_on")
    done: ClassVar[tuple[str, ...]] = ("held_on",)
    tier = forms.ChoiceField(label="培训对象", choices=TrainingTier.choices)
    title = forms.CharField(label="培训内容", max_length=200)
    planned_on = day("计划日期")
    held_on = day("举办日期", help_text="尚未举办的先不填")
    hours = figure("学时", "学时", digits=5, places=1)
    invited = whole("计划人数", "人", maximum=PEOPLE)
    attended = whole("参加人数", "人", maximum=PEOPLE)
    material = forms.CharField(label="教材", max_length=200, required=False)
    rating = figure("满意率", "%", digits=5, places=2)
    result = forms.CharField(label="培训评价", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """Refuse attendance or rating without a date, and a rating above 100 %."""
        data = super().clean()
        held, rating = data.get("held_on"), data.get("rating")
        if not held and "held_on" not in self.errors and (data.get("attended") is not None or rating is not None):
            self.add_error("held_on", "填了参加人数或满意率的，请填举办日期")
        if rating is not None and rating > 100:  # noqa: PLR2004 -- a share in percent
            self.add_error("rating", "满意率不能大于100%")
        return data
