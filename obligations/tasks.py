"""Nightly sweep."""

from celery import shared_task

from greendistrict.core import clock
from obligations import services


@shared_task(name="obligations.tasks.sweep")
def sweep() -> int:
    """Send the reminders of the business day; run twice, it sends nothing new."""
    return services.sweep(clock.today())
