"""Whether the decided score of a table is public, on the page of its matter."""

from typing import Any

from django import template
from django.template import Context

from assessments.score_releases.selectors import live_release, scores_visible_to
from assessments.tables.models import ScoreTable
from greendistrict.accounts.models import User

register = template.Library()


@register.inclusion_tag("assessments/score_releases/_of_table.html", takes_context=True)
def score_release_of(context: Context, table: ScoreTable | None) -> dict[str, Any]:
    """The release of a decided table with the way to its page; nothing for who does not see it, and of what is not decided."""
    user = context["request"].user
    if table is None or not isinstance(user, User):
        return {}
    version = scores_visible_to(user).filter(table=table).first()
    if version is None:
        return {}
    live = live_release(version)
    return {"table": table, "live": live if vars(version)["is_decided"] else None}
