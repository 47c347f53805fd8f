"""Background jobs of this app."""

from celery import shared_task

from assessments.reviews.services.members import lapse_overdue
from assessments.self_checks.services import open_due
from assessments.stage_assessments.services import stages
from assessments.yearly_reports import services as yearly_reports
from greendistrict.core import clock


@shared_task(name="assessments.tasks.open_self_checks")
def open_self_checks() -> int:
    """Open the self-checks that are due to begin; run daily, safe to repeat. Returns how many were opened."""
    return len(open_due(clock.today()))


@shared_task(name="assessments.tasks.open_stage_assessments")
def open_stage_assessments() -> int:
    """Open the stage assessments whose window has begun; run daily, safe to repeat. Returns how many were opened."""
    return len(stages.open_due(clock.today()))


@shared_task(name="assessments.tasks.lapse_invitations")
def lapse_invitations() -> int:
    """Free the seats of experts who did not answer in time; run daily, safe to repeat. Returns how many."""
    return lapse_overdue(clock.today())


@shared_task(name="assessments.tasks.open_yearly_reports")
def open_yearly_reports() -> int:
    """Open the operation reports and carbon verifications of the year that is over; run daily, safe to repeat. Returns how many."""
    return len(yearly_reports.open_due(clock.today()))
