"""Filter of the forecast pages: exact figures, rounded once."""

from fractions import Fraction

from django import template

from greendistrict.core.rounding import fixed

register = template.Library()


@register.filter
def exact(value: Fraction, places: int) -> str:
    """An exact fraction with the given number of decimals, rounded half up once, digits grouped."""
    return fixed(value, places, grouped=True).replace("-", "−")
