"""Template tag that shows on a matter's page whether its decided score is public."""

from typing import Any

from django import template
from django.template import Context

from assessments.score_releases.selectors import live_release, scores_visible_to
from assessments.tables.models import ScoreTable
from greendistrict.accounts.models import User

register = template.Library()


@register.inclusion_tag("assessments/score_releases/_of_table.html", takes_context=True)
def score_release_of(context: Context, table: ScoreTable | None) -> dict[str, Any]:
    """The release of a decided table and the URL of its page; empty if not decided or not visible to the user."""
    user = context["request"].user
    if table is None or not isinstance(user, User):
        return {}
    version = scores_visible_to(user).filter(table=table).first()
    if version is None:
        return {}
    live = live_release(version)
    return {"table": table, "live": live if vars(version)["is_decided"] else None}
