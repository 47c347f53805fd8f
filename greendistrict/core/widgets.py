"""Form fields and widgets used by several apps; days and moments lie within the years in which terms can be added to them."""

import datetime as dt
from operator import itemgetter
from typing import Any

from django import forms
from django.core.exceptions import ValidationError


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


FIRST_YEAR, LAST_YEAR = 1990, 2100
OUT_OF_TIME = f"日期应在{FIRST_YEAR}年至{LAST_YEAR}年之间"


def possible(day: dt.date) -> None:
    """Refuse a day or moment of a year such as 0026 or 9999. Raises ``ValidationError``."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(OUT_OF_TIME)


class DayField(forms.DateField):  # noqa: TID251 -- this is it
    """A day, chosen with the browser's date picker."""

    widget = DayInput
    default_validators = [possible]


class MomentField(forms.DateTimeField):  # noqa: TID251 -- as above
    """A day with a time in Shanghai."""

    default_validators = [possible]
