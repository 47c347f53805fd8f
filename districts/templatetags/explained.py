"""Template tag for the file of a district: its figures that were asked about and explained."""

from typing import Any

from django import template
from django.template import Context

from districts.file.models.district import District
from districts.file.rules import may_read_file
from districts.file.selectors.parties import answered_of
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of

register = template.Library()


@register.inclusion_tag("districts/plausibility/_answered.html", takes_context=True)
def explained_of(context: Context, district: District, extra: str = "") -> dict[str, Any]:
    """Explained figures of the district for whoever reads its file; empty for others."""
    user = context["request"].user
    reads = isinstance(user, User) and may_read_file(posts_of(user), district)
    return {"answered": answered_of(district) if reads else [], "extra": extra}
