"""Explained figures as a fragment, for the pages that ask before a step that cannot be taken back."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from districts.plausibility.selectors import answered
from districts.plausibility.services import EXPLANATION, LONGEST


class ExplainedForm(forms.Form):
    """Form of figures that may be asked about. Refusals of ``hold_explained`` at its field make the field visible."""

    explanation = forms.CharField(
        label="核对说明",
        required=False,
        max_length=LONGEST,
        widget=forms.HiddenInput,
        help_text="数值无误的，写明原因；随数值留存，核对和审核的人看得到",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self.data.get(self.add_prefix(EXPLANATION)):
            self._show()

    def _show(self) -> None:
        self.fields[EXPLANATION].widget = forms.Textarea(attrs={"rows": 2, "maxlength": LONGEST})

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django's, and show the field when it is asked for."""
        if field == EXPLANATION:
            self._show()
        super().add_error(field, error)

    @property
    def explained(self) -> str:
        """What was typed to explain; empty if nothing was asked."""
        return str(self.cleaned_data.get(EXPLANATION) or "")


def answered_shown(*found: QuerySet[Any]) -> SafeString:
    """What a page of these rows shows of questions and explanations; empty if there are none."""
    return render_to_string("districts/plausibility/_answered.html", {"answered": answered(*found), "extra": "mb-3"})
