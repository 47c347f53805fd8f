"""Nightly sweep."""

from celery import shared_task

from greendistrict.core import clock
from greendistrict.obligations import services


@shared_task
def sweep() -> int:
    """Send the reminders of the business day; run twice, it sends nothing new."""
    return services.sweep(clock.today())
