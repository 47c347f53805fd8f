"""Form fields and widgets used by several apps; days and moments lie within the years in which terms can be added to them."""

import datetime as dt
from functools import partial
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
OLDEST_YEAR = 1800  # of what may be older than the policy by generations: buildings, bodies, papers, employments


def possible(day: dt.date, first: int = FIRST_YEAR) -> None:
    """Refuse a day or moment of a year such as 0026 or 9999, or before ``first``. Raises ``ValidationError``."""
    if not first <= day.year <= LAST_YEAR:
        msg = f"日期应在{first}年至{LAST_YEAR}年之间"
        raise ValidationError(msg)


class DayField(forms.DateField):  # noqa: TID251 -- this is it
    """A day from the year ``first`` on, chosen with the browser's date picker."""

    widget = DayInput

    def __init__(self, *, first: int = FIRST_YEAR, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators.append(partial(possible, first=first))


class MomentField(forms.DateTimeField):  # noqa: TID251 -- as above
    """A day with a time in Shanghai."""

    default_validators = [possible]
