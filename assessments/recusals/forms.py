"""Forms of recusals."""

from typing import Any

from django import forms

from assessments.recusals.columns import BODY, RECUSAL_REQUEST
from greendistrict.columns.forms import ColumnsForm, with_columns


@with_columns(BODY)
class BodyForm(ColumnsForm):
    """A body that took part in the project, whose people cannot judge it."""


@with_columns(RECUSAL_REQUEST)
class RecusalForm(ColumnsForm):
    """A request for recusal: a person or a body, and the reason."""

    def clean(self) -> dict[str, Any]:
        """Require a person or a body."""
        cleaned = super().clean() or {}
        if not cleaned.get("person", "").strip() and not cleaned.get("body", "").strip():
            self.add_error("person", "请写明专家姓名或单位")
        return cleaned


class RequestAnswerForm(forms.Form):
    """The secretariat's answer to a request; the state machine requires a reason for a refusal."""

    reason = forms.CharField(label="说明", max_length=500, required=False)
