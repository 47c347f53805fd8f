"""Exact figures of forecasts, rounded once."""

from fractions import Fraction

from django import template

from greendistrict.core.rounding import fixed

register = template.Library()


@register.filter
def exact(value: Fraction, places: int) -> str:
    """With that many decimals, half up, grouped."""
    return fixed(value, places, grouped=True).replace("-", "−")
