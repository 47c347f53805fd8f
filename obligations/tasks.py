"""Hourly sweep of the reminders."""

from celery import shared_task

from greendistrict.core import clock, workdays
from obligations import reminders
from obligations.reminder_settings import hours


@shared_task(name="obligations.tasks.sweep")
def sweep() -> int:
    """Send reminders and weekly summaries outside the quiet hours; running it twice sends nothing new."""
    now = clock.now().astimezone(clock.SHANGHAI)
    if not hours().permits(now, workdays.current()):
        return 0
    return reminders.sweep(now.date()) + reminders.weekly(now.date())
