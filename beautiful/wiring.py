"""Register this app with the registries of lower apps; called once when the models are ready."""

from collections.abc import Iterable

from beautiful.area_indicators.registry import area_figures
from beautiful.area_indicators.sources import sources
from beautiful.frame.programme import programme
from beautiful.plans.models import REPORTERS, SEAT, QuarterlyProgress
from beautiful.plans.rules import bodies_of, may_report
from beautiful.plans.selectors.plans import progress_visible_to
from beautiful.reserves.models import PROPOSERS
from beautiful.reserves.procedure import RESERVE_STEPS
from beautiful.reserves.selectors import linked_to
from districts.projects.linked_matters import linked_matters
from greendistrict.accounts import acting
from greendistrict.accounts.enums import CITY, Role
from greendistrict.documents.registry import register_owner
from greendistrict.notifications.enums import Message
from greendistrict.workflow import declaration
from greendistrict.workflow.dry_run import decisive_acts
from outreach.common.areas import TopicArea, area_sources

COORDINATORS_ACTS = (
    "beautiful.add_task",
    "beautiful.adjust_task",
    "beautiful.begin_evaluation",
    "beautiful.check_evaluation",
    "beautiful.confirm_progress",
    "beautiful.decide_link",
    "beautiful.issue_plan",
    "beautiful.make_plan",
    "beautiful.record_figure",
    "beautiful.release_progress",
    "beautiful.revoke_roll",
    "beautiful.roll_plan",
    "beautiful.save_task",
    "beautiful.use_evaluation",
    "beautiful.withdraw_figure",
    "beautiful.withdraw_progress",
)  # fmt: skip


def _areas() -> Iterable[TopicArea]:
    return (TopicArea(area.key, area.name, area.group_name) for area in programme().areas)


# Acts that are asked twice, with what they will do.
DECISIVE = {"progress.release": "向公众公开美丽上海的季度进展"}


def wire() -> None:
    """Register state machines, actors of recorded acts, access to evidence of reports, and the areas used by ``outreach``."""
    area_sources.register("beautiful", _areas)
    linked_matters.register("reserves", linked_to)
    acting.acts_of(SEAT, *COORDINATORS_ACTS)
    acting.acts_of(CITY, "beautiful.check_figure", "beautiful.check_link", "beautiful.return_link")
    acting.acts_of(REPORTERS, "beautiful.report_evaluation", "beautiful.report_progress", "beautiful.withdraw_report")
    acting.acts_of((Role.CITY_DIRECTOR,), "beautiful.conclude_evaluation")
    acting.acts_of(PROPOSERS, "reserve.drop", "reserve.open")
    declaration.register(RESERVE_STEPS, messages=Message.values)
    for key, entry in sources():
        area_figures.register(key, entry)
    register_owner(
        QuarterlyProgress,
        progress_visible_to,
        lambda held, progress: isinstance(progress, QuarterlyProgress) and may_report(held, progress.planned),
        on_side=lambda held, progress: progress.planned.owner_id in bodies_of(held),
    )
    for key, words in DECISIVE.items():
        decisive_acts.register(key, words)
