"""Conditions of the list of self-checks, and a return with findings bound to clauses."""

from typing import Any

from django import forms

from assessments.common.forms import ALL, LATE_CHOICES, NOT_BEGUN, WORLDS, YearQuery
from assessments.self_checks.lifecycle import SELF_CHECK
from greendistrict.core.widgets import DayInput
from greendistrict.workflow.procedure import ReasonForm

MOST_FINDINGS = 200


class SelfCheckFilter(YearQuery):
    """Query of the list."""

    status = forms.ChoiceField(label="状态", required=False, choices=[ALL, NOT_BEGUN, *SELF_CHECK.choices()])
    late = forms.ChoiceField(label="是否逾期", required=False, choices=LATE_CHOICES)
    filed_by = forms.DateField(label="报送截至", required=False, widget=DayInput())
    world = forms.ChoiceField(label="真实或虚构", required=False, choices=WORLDS)


class WordForm(forms.Form):
    """The report as it comes back from Word."""

    document = forms.FileField(
        label="改好的 Word 文件",
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        error_messages={"required": "请选择改好的 Word 文件", "empty": "文件是空的，请检查后重新选择"},
    )


class ReturnForm(ReasonForm):
    """A return lists at once everything that is to be supplemented, bound to clauses."""

    def clean(self) -> dict[str, Any]:
        """The reason, and ``findings`` as ``posted_findings`` reads them."""
        return {**(super().clean() or self.cleaned_data), "findings": posted_findings(self.data)}


def posted_findings(data: Any) -> list[dict[str, str]]:
    """Read findings from the paired fields ``item`` and ``finding``."""
    pairs = zip(data.getlist("item"), data.getlist("finding"), strict=False)
    return [{"item_id": item.strip()[:20], "text": text.strip()[:500]} for item, text in pairs if text.strip()][:MOST_FINDINGS]
