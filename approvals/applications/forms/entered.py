"""Form for entering answers to a correction that arrived on paper (代录)."""

from typing import Any

from django import forms

from approvals.cases.forms import MOST_TEXT
from approvals.requests.forms import ProxyEntryForm


class EnteredAnswersForm(ProxyEntryForm):
    """One required answer per open row (``answer-<id>``); the service takes them as ``answers``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Build one required field per open finding."""
        super().__init__(*args, **kwargs)
        self.row_ids = []
        for row, label in self.open_rows():
            self.row_ids.append(row)
            self.fields[f"answer-{row}"] = forms.CharField(label=label, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 2}))

    def open_rows(self) -> list[tuple[int, str]]:
        """Findings of the open correction as (id, text)."""
        correction = self.case.corrections.order_by("-round").first()
        findings = correction.findings.order_by("pk") if correction else ()
        return [(row.pk, f"第{number}条答复（{row.bound_label}：{row.text}）"[:200]) for number, row in enumerate(findings, 1)]

    def clean(self) -> dict[str, Any]:
        """Collect the answers into ``answers`` (finding id → text) next to the paper's entry."""
        data = super().clean()
        answers = {row: data.pop(f"answer-{row}", "") for row in self.row_ids}
        return {**data, "answers": answers} if not self.errors else data
