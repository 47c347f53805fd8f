"""Template tag for the file of a district: its figures that were asked about and explained."""

from typing import Any

from django import template
from django.template import Context

from districts.file.models.district import District
from districts.file.rules import may_read_file
from districts.file.selectors.parties import answered_of
from greendistrict.accounts.viewer import viewer_of

register = template.Library()


@register.inclusion_tag("districts/plausibility/_answered.html", takes_context=True)
def explained_of(context: Context, district: District, extra: str = "") -> dict[str, Any]:
    """Explained figures of the district for whoever reads its file; empty for others."""
    reads = may_read_file(viewer_of(context["request"]).held, district)
    return {"answered": answered_of(district) if reads else [], "extra": extra}
