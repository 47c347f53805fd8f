"""Fields used in several district forms: numbers with units, dates, yes / no / unknown, multiple choice."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms

from greendistrict.core.day_fields import DayField

YES_NO = [("", "未填"), ("true", "是"), ("false", "否")]


def figure(label: str, unit: str, *, digits: int, places: int, minimum: str = "0", help_text: str = "") -> forms.DecimalField:
    """Decimal field with its unit in the label."""
    step = "1" if places == 0 else f"0.{'0' * (places - 1)}1"
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=digits,
        decimal_places=places,
        min_value=Decimal(minimum),
        help_text=help_text,
        widget=forms.NumberInput(attrs={"data-unit": unit, "step": step, "inputmode": "decimal"}),
        error_messages={
            "invalid": "请填数字，不带单位和逗号",
            "min_value": f"不能小于{minimum}",
            "max_decimal_places": f"最多{places}位小数",
        },
    )


def whole(label: str, unit: str, *, minimum: int = 0, maximum: int | None = None) -> forms.IntegerField:
    """Integer field with its unit."""
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=minimum,
        max_value=maximum,
        widget=forms.NumberInput(attrs={"data-unit": unit, "inputmode": "numeric"}),
        error_messages={"invalid": "请填整数，不带单位和逗号", "min_value": f"不能小于{minimum}"},
    )


def day(label: str, *, required: bool = False, help_text: str = "") -> DayField:
    """Date as 2026-11-20."""
    return DayField(label=label, required=required, help_text=help_text)


def yes_no(label: str, help_text: str = "") -> forms.TypedChoiceField:
    """Choice of 是, 否 or nothing."""
    return forms.TypedChoiceField(
        label=label,
        required=False,
        choices=YES_NO,
        help_text=help_text,
        empty_value=None,
        coerce=lambda value: value in (True, "True", "true"),
    )


def plain(value: Decimal | None) -> str:
    """Stored number without trailing zeros."""
    return "" if value is None else f"{value.normalize():f}"


def yes_no_initial(value: bool | None) -> str:  # noqa: FBT001 -- the value is the thing converted
    """Initial value of a ``yes_no`` field for a stored value."""
    return "" if value is None else str(value).lower()


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
