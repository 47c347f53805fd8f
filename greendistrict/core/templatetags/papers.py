"""Template tag of the codes printed on papers."""

from django import template
from django.db import models

from greendistrict.core.papers import code_of

register = template.Library()


@register.simple_tag
def paper_code(matter: models.Model | str | None) -> str:
    """查验码 of a stored matter in groups of four; empty when it has none."""
    return code_of(matter) if isinstance(matter, models.Model) else ""
