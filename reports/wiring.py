"""Registries of other apps that this app fills, and its own of report kinds; called once when the models are ready."""

from django.core.checks import Tags, register

from assessments.self_checks.lifecycle import SELF_CHECK
from greendistrict.core import papers
from greendistrict.documents.registry import register_owner
from greendistrict.workflow import outbox
from greendistrict.workflow.registry import on
from reports.annual import registration as annual
from reports.annual.services import report_received
from reports.jobs import services
from reports.jobs.enums import OUTBOX_KIND
from reports.jobs.kinds import report_kinds
from reports.jobs.models import ExportJob
from reports.jobs.papers import KIND
from reports.jobs.rules import nobody
from reports.jobs.selectors import jobs_visible_to
from reports.sensitivity import registration as sensitivity
from reports.signing.checks import signing_key

# Kinds of report of each room, in the order in which the report centre lists them.
KINDS = (annual.KINDS, sensitivity.KINDS)


def wire() -> None:
    """Take part in the outbox, own the files made, check the signing key, and report each received self-check."""
    for kinds in KINDS:
        for key, report in kinds.items():
            report_kinds.register(key, report)
    outbox.handle(OUTBOX_KIND, services.enqueue)
    register_owner(ExportJob, jobs_visible_to, nobody)
    papers.register(KIND)
    register(signing_key, Tags.security, deploy=True)
    on(SELF_CHECK, "receive", report_received)
