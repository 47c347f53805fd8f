"""Registries of other apps that this app fills; called once when the models are ready."""

from assessments.self_checks.lifecycle import SELF_CHECK
from greendistrict.core import papers
from greendistrict.documents.registry import register_owner
from greendistrict.workflow import outbox
from greendistrict.workflow.registry import on
from reports import handlers, selectors, services
from reports.enums import OUTBOX_KIND
from reports.models.jobs import ExportJob
from reports.papers import KIND


def wire() -> None:
    """Take part in the outbox, own the files made, and report each received self-check."""
    outbox.handle(OUTBOX_KIND, services.enqueue)
    register_owner(ExportJob, selectors.jobs_visible_to, handlers.nobody)
    papers.register(KIND)
    on(SELF_CHECK, "receive", handlers.report_received)
