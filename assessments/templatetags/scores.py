"""Template tags for a matter's page: the district's own result, and whether the decided score is public."""

from typing import Any

from django import template
from django.template import Context

from assessments.score_page.selectors.table_page import own_result
from assessments.score_releases.selectors import live_release, scores_visible_to
from assessments.tables.models import ScoreTable
from districts.plausibility.comparisons import limit_mark
from greendistrict.accounts.viewer import viewer_of

register = template.Library()
register.simple_tag(limit_mark)


@register.inclusion_tag("assessments/score_releases/_of_table.html", takes_context=True)
def score_release_of(context: Context, table: ScoreTable | None) -> dict[str, Any]:
    """The release of a decided table and the URL of its page; empty if not decided or not visible to the user."""
    viewer = viewer_of(context["request"])
    if table is None or not viewer.is_somebody:
        return {}
    version = scores_visible_to(viewer).filter(table=table).first()
    if version is None:
        return {}
    live = live_release(version)
    return {"table": table, "live": live if vars(version)["is_decided"] else None}


@register.inclusion_tag("assessments/score_page/_own_result.html", takes_context=True)
def own_result_of(
    context: Context, table: ScoreTable | None, asked: int | None = None, reason: str | None = None, asked_label: str = "申报星级"
) -> dict[str, Any]:
    """Score, star gap, failing control items, missing evidence and open findings of a table; empty if the user may not see it.

    ``asked``: the star applied for, called ``asked_label``; ``reason``: why the table stays below it, as the
    applicant wrote; None where no reason is asked for.
    """
    viewer = viewer_of(context["request"])
    if table is None or not viewer.is_somebody:
        return {}
    return {"own": own_result(viewer, table, asked=asked), "reason": reason, "asked_label": asked_label}
