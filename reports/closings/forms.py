"""Form for the correction of a closed year."""

from django import forms

from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import DayColumn, TextColumn
from greendistrict.workflow.declaration import LONGEST_REASON
from reports.closings.models import YearClosing

REOPENED = Columns(YearClosing, reason=TextColumn(rows=3, most=LONGEST_REASON), closes_on=DayColumn())


class ReopeningForm(forms.Form):
    """Reason for reopening a closed year, and the new last day of receipt."""

    ground, closes_on = REOPENED.needed().form_fields().values()
