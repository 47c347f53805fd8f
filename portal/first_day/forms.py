"""Forms of a line of the check."""

import datetime as dt
from typing import Any

from django import forms

from greendistrict.accounts.enums import KEEPERS
from greendistrict.accounts.selectors import holders
from portal.first_day.columns import MARK


class OwnerForm(forms.Form):
    """Who sees to a line, and by when."""

    owner = MARK["owner"].form_field(required=True)
    due = MARK["due"].form_field(required=True)

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.fields["owner"].queryset = holders(*KEEPERS)  # type: ignore[attr-defined]  # of a choice of rows

    def clean_due(self) -> dt.date:
        """No day that is over."""
        due: dt.date = self.cleaned_data["due"]
        if due < self._today:
            msg = "办理期限不能早于今天"
            raise forms.ValidationError(msg)
        return due


class NeedlessForm(forms.Form):
    """Why a line is not needed here."""

    reason = MARK["needless"].form_field(required=True)
