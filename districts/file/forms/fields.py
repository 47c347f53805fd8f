"""Fields used in several district forms: dates, multiple choice, the version that was read."""

from collections.abc import Iterable
from typing import Any

from django import forms

from greendistrict.core.day_fields import DayField


def day(label: str, *, required: bool = False, help_text: str = "") -> DayField:
    """Date as 2026-11-20."""
    return DayField(label=label, required=required, help_text=help_text)


def several(label: str, choices: Iterable[Any], help_text: str = "") -> forms.MultipleChoiceField:
    """Multiple choice from a fixed list, as check boxes."""
    pairs = [choice if isinstance(choice, tuple) else (choice, choice) for choice in choices]
    return forms.MultipleChoiceField(label=label, required=False, choices=pairs, help_text=help_text, widget=forms.CheckboxSelectMultiple)


class VersionMixin(forms.Form):
    """Hidden field with the version shown on the page, compared under lock when saving."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def version_read(self) -> int:
        """Version of the page; 0 if invalid, which counts as out of date."""
        return int(self.cleaned_data.get("version") or 0)
