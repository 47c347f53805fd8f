"""Form for the correction of a closed year."""

from django import forms

from greendistrict.core.day_fields import DayField
from greendistrict.workflow.declaration import LONGEST_REASON


class ReopeningForm(forms.Form):
    """Reason for reopening a closed year, and the new last day of receipt."""

    ground = forms.CharField(label="更正理由", max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}))
    closes_on = DayField(
        label="收件截止日",
        help_text="这一天（含当日）前收到的计入；不补计迟到材料的，保留原来的日期",
    )
