"""Background jobs of this app."""

from celery import shared_task

from assessments.reviews.services.meeting_records import lapse_overdue
from assessments.self_checks.services import open_due
from assessments.stage_assessments import services as stages
from assessments.yearly_reports import services as yearly_reports
from greendistrict.core import clock


@shared_task(name="assessments.tasks.open_self_checks")
def open_self_checks() -> int:
    """Open self-checks that are due; runs daily, idempotent. Returns the number opened."""
    return len(open_due(clock.today()))


@shared_task(name="assessments.tasks.open_stage_assessments")
def open_stage_assessments() -> int:
    """Open stage assessments whose window has begun; runs daily, idempotent. Returns the number opened."""
    return len(stages.open_due(clock.today()))


@shared_task(name="assessments.tasks.lapse_invitations")
def lapse_invitations() -> int:
    """Free the places of experts who did not answer in time; runs daily, idempotent. Returns the number."""
    return lapse_overdue(clock.today())


@shared_task(name="assessments.tasks.open_yearly_reports")
def open_yearly_reports() -> int:
    """Open operation reports and carbon verifications of the past year; runs daily, idempotent. Returns the number opened."""
    return len(yearly_reports.open_due(clock.today()))
