"""Form fields and initial values of declared columns: numbers with units, yes / no / unknown."""

from decimal import Decimal
from typing import Any

from django import forms

from greendistrict.documents.workbooks.columns import BETWEEN

YES_NO = [("", "未填"), ("true", "是"), ("false", "否")]


def figure(
    label: str, unit: str, *, digits: int, places: int, minimum: str = "0", maximum: str | None = None, help_text: str = ""
) -> forms.DecimalField:
    """Decimal field with its unit in the label."""
    step = "1" if places == 0 else f"0.{'0' * (places - 1)}1"
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=digits,
        decimal_places=places,
        min_value=Decimal(minimum),
        max_value=None if maximum is None else Decimal(maximum),
        help_text=help_text,
        widget=forms.NumberInput(attrs={**_unit(unit), "step": step, "inputmode": "decimal"}),
        error_messages={
            "invalid": "请填数字，不带单位和逗号",
            "min_value": f"不能小于{minimum}",
            "max_value": f"不能大于{maximum}",
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
        widget=forms.NumberInput(attrs={**_unit(unit), "inputmode": "numeric"}),
        error_messages={"invalid": "请填整数，不带单位和逗号", "min_value": f"不能小于{minimum}"},
    )


def _unit(unit: str) -> dict[str, str]:
    return {"data-unit": unit} if unit else {}


def yes_no(label: str, help_text: str = "") -> forms.TypedChoiceField:
    """Choice of 是, 否 or nothing."""
    return forms.TypedChoiceField(
        label=label,
        required=False,
        choices=YES_NO,
        help_text=help_text,
        empty_value=None,
        coerce=is_yes,
    )


def is_yes(value: object) -> bool:
    """Whether the chosen value is yes."""
    return value in (True, "True", "true")


class NamesField(forms.CharField):
    """Names on one line with 、 between them; cleaned to a list in which each stands once."""

    def clean(self, value: Any) -> Any:
        """The names. Raises ``ValidationError`` for a line that is too long."""
        return [*dict.fromkeys(part for part in BETWEEN.split(super().clean(value)) if part)]


def plain(value: Decimal | None) -> str:
    """Stored number without trailing zeros."""
    return "" if value is None else f"{value.normalize():f}"


def yes_no_initial(value: bool | None) -> str:  # noqa: FBT001 -- the value is the thing converted
    """Initial value of a ``yes_no`` field for a stored value."""
    return "" if value is None else str(value).lower()
