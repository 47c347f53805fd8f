"""Time of the last backup, for the page of operations and the system administrator's duty 备份."""

import datetime as dt

from greendistrict.core.models import JobRun

JOB = "backup"


def note(now: dt.datetime) -> None:
    """Record that a backup was made."""
    JobRun.objects.update_or_create(name=JOB, defaults={"succeeded_at": now})
