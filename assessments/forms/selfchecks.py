"""Conditions of the list of self-checks, and a return with findings bound to clauses."""

from django import forms
from django.http import QueryDict

from assessments.lifecycle.selfcheck import SELF_CHECK

LATE_CHOICES = (("", "全部"), ("late", "逾期"), ("ontime", "未逾期"))
MOST_FINDINGS = 200


class SelfCheckFilter(forms.Form):
    """Query of the list."""

    q = forms.CharField(label="城区", required=False, max_length=60, widget=forms.TextInput(attrs={"placeholder": "名称或拼音"}))
    year = forms.TypedChoiceField(label="年度", required=False, coerce=int, empty_value=None)
    status = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *SELF_CHECK.choices()])
    late = forms.ChoiceField(label="是否逾期", required=False, choices=LATE_CHOICES)

    def __init__(self, data: QueryDict, *, years: list[int]) -> None:
        super().__init__(data)
        self.fields["year"].choices = [("", "全部"), *((year, f"{year}年度") for year in years)]  # type: ignore[attr-defined]


def posted_findings(data: QueryDict) -> list[dict[str, str]]:
    """Read findings from the paired fields ``item`` and ``finding``."""
    pairs = zip(data.getlist("item"), data.getlist("finding"), strict=False)
    return [{"item_id": item.strip()[:20], "text": text.strip()[:500]} for item, text in pairs if text.strip()][:MOST_FINDINGS]
