"""Background jobs of this app."""

from celery import shared_task

from greendistrict.core import clock
from greendistrict.documents import orphans, unreferenced
from greendistrict.documents.uploads import sweep


@shared_task(name="greendistrict.documents.tasks.sweep_uploads")
def sweep_uploads() -> int:
    """Remove files that were begun and left; run daily, safe to repeat. Returns how many were removed."""
    return sweep(clock.now())


@shared_task(name="greendistrict.documents.tasks.sweep_files")
def sweep_files() -> int:
    """Remove files that no row names; run weekly, safe to repeat. Returns how many were removed."""
    return unreferenced.sweep(clock.now())


@shared_task(name="greendistrict.documents.tasks.check_file_owners")
def check_file_owners() -> int:
    """Look for files whose owner is gone; run daily, changes nothing. Fails with their names, which 运行状况 shows."""
    return orphans.check()
