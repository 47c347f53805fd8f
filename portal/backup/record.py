"""Time of the last backup, for the page of operations and the system administrator's duty 备份."""

from greendistrict.core import clock
from greendistrict.core.models import JobRun

JOB = "backup"


def note() -> None:
    """Record that a backup was made now."""
    JobRun.objects.update_or_create(name=JOB, defaults={"succeeded_at": clock.now()})
