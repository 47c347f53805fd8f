"""Controls that several apps show."""

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """The browser's own calendar. It takes ISO days only: a day written as the locale writes it would show as no day at all."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")
