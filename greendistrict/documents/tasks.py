"""Background jobs of this app."""

from celery import shared_task

from greendistrict.core import clock
from greendistrict.documents.uploads import sweep


@shared_task(name="greendistrict.documents.tasks.sweep_uploads")
def sweep_uploads() -> int:
    """Remove files that were begun and left; run daily, safe to repeat. Returns how many were removed."""
    return sweep(clock.now())
