"""Register this app with the registries of lower apps; called once when the models are ready."""

from collections.abc import Iterable

from beautiful.frame.programme import programme
from beautiful.plans.models import QuarterlyProgress
from beautiful.plans.rules import bodies_of, may_report
from beautiful.plans.selectors.plans import progress_visible_to
from beautiful.reserves.selectors import linked_to
from districts.projects.linked_matters import linked_matters
from greendistrict.documents.registry import register_owner
from outreach.common.areas import TopicArea, area_sources


def _areas() -> Iterable[TopicArea]:
    return (TopicArea(area.key, area.name, area.group_name) for area in programme().areas)


def wire() -> None:
    """Register access to evidence of reports, and the areas used by ``outreach``."""
    area_sources.register("beautiful", _areas)
    linked_matters.register("reserves", linked_to)
    register_owner(
        QuarterlyProgress,
        progress_visible_to,
        lambda held, progress: isinstance(progress, QuarterlyProgress) and may_report(held, progress.planned),
        on_side=lambda held, progress: progress.planned.owner_id in bodies_of(held),
    )
