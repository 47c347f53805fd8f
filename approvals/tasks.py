"""Scheduled work of the cases."""

from celery import shared_task

from approvals.consultations.services import remind_overdue
from greendistrict.core import clock


@shared_task
def remind_consultations() -> int:
    """Celery task: remind departments of overdue opinions; safe to repeat on a day."""
    return remind_overdue(clock.today())
