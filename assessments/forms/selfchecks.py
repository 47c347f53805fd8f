"""Conditions of the list of self-checks, and a return with findings bound to clauses."""

from django import forms
from django.http import QueryDict

from assessments.forms.lists import ALL, LATE_CHOICES, YearQuery
from assessments.lifecycle.selfcheck import SELF_CHECK

MOST_FINDINGS = 200


class SelfCheckFilter(YearQuery):
    """Query of the list."""

    status = forms.ChoiceField(label="状态", required=False, choices=[ALL, *SELF_CHECK.choices()])
    late = forms.ChoiceField(label="是否逾期", required=False, choices=LATE_CHOICES)


def posted_findings(data: QueryDict) -> list[dict[str, str]]:
    """Read findings from the paired fields ``item`` and ``finding``."""
    pairs = zip(data.getlist("item"), data.getlist("finding"), strict=False)
    return [{"item_id": item.strip()[:20], "text": text.strip()[:500]} for item, text in pairs if text.strip()][:MOST_FINDINGS]
