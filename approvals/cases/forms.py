"""Base form of the steps of a case."""

from typing import Any

from django import forms

from approvals.cases.models.cases import Case
from greendistrict.core.widgets import DayInput

MOST_TEXT = 2000


def date_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    """Date field with the browser's date picker."""
    return forms.DateField(label=label, required=required, help_text=help_text, widget=DayInput())


class StepForm(forms.Form):
    """Base of all step forms, without fields."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = case

    @property
    def asks_more_than_reason(self) -> bool:
        """Whether the form has fields that the decision panel cannot show."""
        return bool(set(self.fields) - {"reason"})
