"""Forms that open and close a site visit."""

from typing import Any

from django import forms

from approvals.cases.forms import MOST_TEXT, StepForm, date_field
from greendistrict.documents.forms import EvidenceField


class CloseVisitForm(StepForm):
    """完成现场核查."""

    members = forms.CharField(label="到场的专家和人员", max_length=1000, help_text="每行一人", widget=forms.Textarea(attrs={"rows": 3}))
    note = forms.CharField(label="总体情况", max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 4}))
    scan = EvidenceField(label="签字的核查记录扫描件", required=False)


class VisitForm(StepForm):
    """组织现场核查."""

    planned_on = date_field("核查日期")
    place = forms.CharField(label="集合地点", max_length=100, required=False)
    members = forms.CharField(
        label="核查专家和人员",
        max_length=1000,
        required=False,
        help_text="每行一人，可以到场后填写",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["planned_on"].initial = self.today
