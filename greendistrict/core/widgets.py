"""Widgets used by several apps."""

from operator import itemgetter
from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """The browser's date picker, with the value in ISO format."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class BoxList(forms.CheckboxSelectMultiple):
    """Checkboxes for a long list in a scrolling box with a text filter; checked ones come first."""

    template_name = "django/forms/widgets/box_list.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Add the options as one list, checked ones first."""
        context = super().get_context(name, value, attrs)
        options = [option for _, group, _ in context["widget"]["optgroups"] for option in group]
        context["widget"]["boxes"] = sorted(options, key=itemgetter("selected"), reverse=True)
        return context
