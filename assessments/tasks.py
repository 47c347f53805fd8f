"""Background jobs of this app."""

from celery import shared_task

from assessments.services import stages
from assessments.services.selfchecks import open_due
from greendistrict.core import clock


@shared_task(name="assessments.tasks.open_self_checks")
def open_self_checks() -> int:
    """Open the self-checks that are due to begin; run daily, safe to repeat. Returns how many were opened."""
    return len(open_due(clock.today()))


@shared_task(name="assessments.tasks.open_stage_assessments")
def open_stage_assessments() -> int:
    """Open the stage assessments whose window has begun; run daily, safe to repeat. Returns how many were opened."""
    return len(stages.open_due(clock.today()))
