"""Step forms: the cleaned fields are the keyword arguments of the service that takes the step."""

import datetime as dt
from typing import Any

from django import forms

from approvals.cases.columns import CASE
from approvals.cases.forms import STEP, StepForm
from greendistrict.documents.forms import EvidenceField


class RequiredReasonForm(StepForm):
    """A step with a required reason."""

    reason = STEP.form_field(label="理由", required=True)


class StepOpinionForm(StepForm):
    """A step with an optional opinion."""

    reason = STEP.form_field()


class DecisionForm(StepForm):
    """Number, date and scan of the decision that the office issues in its own document system."""

    number = CASE["decision_number"].form_field()
    decided_on = CASE["decided_on"].form_field(required=True)
    scan = EvidenceField(label="决定扫描件", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decided_on"].initial = self.today

    def clean_decided_on(self) -> dt.date:
        """Refuse a date in the future."""
        day: dt.date = self.cleaned_data["decided_on"]
        if day > self.today:
            msg = "审定日期不能晚于今天"
            raise forms.ValidationError(msg)
        return day


class DecisionNumberForm(StepForm):
    """Number given by the office's document system, and the signed scan unless it is stored already."""

    number = CASE["decision_number"].form_field(required=True, help_text="")
    scan = EvidenceField(label="决定扫描件", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.case.decision_scan_id:
            del self.fields["scan"]


class FailedDecisionForm(DecisionForm):
    """不通过: the decision and its reason."""

    reason = STEP.form_field(label="不通过的理由", required=True)


class RecheckForm(StepForm):
    """Who verified the improvements that the panel required."""

    on = CASE["recheck_on"].form_field(required=True)
    note = CASE["recheck_note"].form_field(required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = self.today


class OriginalsForm(StepForm):
    """Originals that the city's officer compared with the scans."""

    note = CASE["originals_note"].form_field(required=True)
