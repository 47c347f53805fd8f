"""Days and moments that somebody types: as in 2026-11-20, within the years in which terms can be added to them."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError

from greendistrict.core.widgets import DayInput

FIRST_YEAR, LAST_YEAR = 1900, 2199
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
