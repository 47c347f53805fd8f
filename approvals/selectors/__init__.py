"""Reading: cases in sight, tasks, progress, materials, and what is public."""

from approvals.selectors.cases import cases_visible_to, due_of, handling_due, listed, open_application
from approvals.selectors.materials import MaterialLine, materials_of, reads_plan
from approvals.selectors.progress import chain_of, steps_of, timeline_of
from approvals.selectors.public import (
    PublicNumber,
    announcements_public,
    announcements_visible_to,
    check_number,
    notices_open,
    notices_public,
    titles_public,
)
from approvals.selectors.queue import Queue, queue_of
from approvals.selectors.titles import historic_checks_visible_to
from approvals.selectors.waiting import tasks_beside, tasks_for

__all__ = [
    "MaterialLine",
    "PublicNumber",
    "Queue",
    "announcements_public",
    "announcements_visible_to",
    "cases_visible_to",
    "chain_of",
    "check_number",
    "due_of",
    "handling_due",
    "historic_checks_visible_to",
    "listed",
    "materials_of",
    "notices_open",
    "notices_public",
    "open_application",
    "queue_of",
    "reads_plan",
    "steps_of",
    "tasks_beside",
    "tasks_for",
    "timeline_of",
    "titles_public",
]
