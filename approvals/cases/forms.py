"""Base form of the steps of a case."""

from typing import Any

from django import forms

from approvals.cases.models.cases import Case
from greendistrict.core.day_fields import DayField

MOST_TEXT = 2000


def date_field(label: str, *, required: bool = True, help_text: str = "") -> DayField:
    """Date field with the browser's date picker."""
    return DayField(label=label, required=required, help_text=help_text)


class StepForm(forms.Form):
    """Base of all step forms, without fields."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case

    @property
    def asks_more_than_reason(self) -> bool:
        """Whether the form has fields that the decision panel cannot show."""
        return bool(set(self.fields) - {"reason"})
