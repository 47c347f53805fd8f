"""Scheduled work of the cases."""

from celery import shared_task

from approvals.consultations.services import remind_overdue
from greendistrict.core import clock


@shared_task
def remind_consultations() -> int:
    """Remind departments of opinions that are overdue; run twice on a day, it sends nothing new."""
    return remind_overdue(clock.today())
