"""Base form of the steps of a case."""

import datetime as dt
from typing import Any

from approvals.cases.models.cases import Case
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm
from greendistrict.columns.kinds import TextColumn
from greendistrict.core.widgets import DayField
from greendistrict.workflow.models import TransitionRecord

MOST_TEXT = 2000
REASON = TextColumn(rows=3, most=MOST_TEXT)
STEP = Columns(TransitionRecord, reason=REASON)["reason"]  # what is said with a step


def date_field(label: str, *, required: bool = True, help_text: str = "") -> DayField:
    """Date field with the browser's date picker."""
    return DayField(label=label, required=required, help_text=help_text)


class StepForm(ColumnsForm):
    """Base of all step forms, without fields, filled in today."""

    def __init__(self, *args: Any, case: Case, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.today = case, today

    @property
    def asks_more_than_reason(self) -> bool:
        """Whether the form has fields that the decision panel cannot show."""
        return bool(set(self.fields) - {"reason"})
