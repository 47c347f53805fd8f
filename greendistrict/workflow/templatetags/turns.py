"""Template tag that says whose turn it is in a matter."""

from collections.abc import Collection
from typing import Any

from django import template
from django.db import models
from django.template import Context

from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import viewer_of
from greendistrict.workflow.procedure import procedure_of

register = template.Library()
CITY, OFFICES = "市住房城乡建设管理委", ("市级", "评审秘书")


@register.inclusion_tag("components/whose_turn.html", takes_context=True)
def whose_turn(context: Context, matter: models.Model, offered: Collection[Any] = (), elsewhere: str = "") -> dict[str, Any]:
    """Who has to act on a matter, and whether the reader has a step; to people of the districts all offices of the city are one.

    ``elsewhere``: where the reader acts, if it is not by a step of this matter.
    """
    held = viewer_of(context["request"]).held
    awaited = procedure_of(matter).awaited(matter)
    if not (held.is_city or held.has(Role.SECRETARIAT)):
        awaited = {key: CITY if label.startswith(OFFICES) else label for key, label in awaited.items()}
    return {"who": "、".join(dict.fromkeys(awaited.values())), "offered": offered, "elsewhere": elsewhere}
