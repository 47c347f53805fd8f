"""Form that sets which bodies must endorse (批复) an application."""

from typing import Any

from django import forms

from approvals.cases.columns import CASE
from approvals.cases.models.cases import Case


class ModeForm(forms.Form):
    """Which bodies must endorse the case, and the reason."""

    mode = CASE["endorsement_mode"].form_field()
    reason = forms.CharField(
        label="理由",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如申报主体是管委会所属公司，或管委会已报送集体研究纪要；确认人和理由留在办件里",
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"mode": case.endorsement_mode})
        super().__init__(*args, **kwargs)
