"""Filter of all carbon pages: units in their standard form."""

from django import template

from carbon.units import unit_words

register = template.Library()
register.filter(unit_words)
