"""Template tag of the letters of a matter."""

from typing import Any

from django import template
from django.db import models
from django.template import Context

from greendistrict.accounts.models import User
from greendistrict.workflow.letters import drafts_of, slug_of

register = template.Library()


@register.inclusion_tag("components/letters.html", takes_context=True)
def letters_of(context: Context, matter: models.Model) -> dict[str, Any]:
    """Card with the letters (文书参考稿) about an object that the reader may open; empty if there are none."""
    user = context["request"].user
    return {"letters": drafts_of(matter, user) if isinstance(user, User) else [], "slug": slug_of(matter), "pk": matter.pk}
