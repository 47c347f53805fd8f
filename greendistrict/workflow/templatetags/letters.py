"""Template tag of the letters of a matter."""

from typing import Any

from django import template
from django.db import models
from django.template import Context

from greendistrict.accounts.viewer import viewer_of
from greendistrict.workflow.letters import drafts_of, slug_of

register = template.Library()


@register.inclusion_tag("components/letters.html", takes_context=True)
def letters_of(context: Context, matter: models.Model) -> dict[str, Any]:
    """Card with the letters (文书参考稿) about an object that the reader may open; empty if there are none."""
    viewer = viewer_of(context["request"])
    return {"letters": drafts_of(matter, viewer) if viewer.is_somebody else [], "slug": slug_of(matter), "pk": matter.pk}
