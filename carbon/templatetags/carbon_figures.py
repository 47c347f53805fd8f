"""Filters of carbon pages: units in their standard form, exact figures rounded once, amounts, shares, kind of reading."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from django import template

from carbon.metering.enums import Estimation
from carbon.metering.selectors.board import CarrierYear, MonthCell
from carbon.units import unit_words
from greendistrict.core.rounding import fixed, percent

register = template.Library()
register.filter(unit_words)


@register.filter
def amount(value: Fraction | Decimal | None, places: int = 2) -> str:
    """Amount rounded half up once, digits grouped; empty for None."""
    return "" if value is None else fixed(value, places, grouped=True).replace("-", "−")


@register.filter
def share(value: Fraction) -> str:
    """Share between 0 and 1 as a percentage."""
    return percent(value)


@register.filter
def how_read(value: str) -> str:
    """实测, or the estimation method."""
    return str(Estimation(value).label)


@register.filter
def month_lines(row: CarrierYear, labels: Sequence[str]) -> Iterator[tuple[str, MonthCell, MonthCell]]:
    """Pairs of a month and the same month of the previous year."""
    return zip(labels, row.months, row.before, strict=True)
