"""Whose report is generated next: one person's many reports queue behind each other, and nobody else waits behind all of them.

A task names a job, but stands for one place of the worker: it takes the queued job of whoever has the fewest running. Nothing is refused
and no worker idles while a job is queued.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from greendistrict.core import clock
from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob

TRIES = 5  # another worker may take the same job in the same moment
OWN_SECONDS = 3  # a command that generates its report itself begins at once


def in_turn(job_id: int) -> Iterator[int]:
    """Jobs to try, until one is generated; the named one first unless it is queued, as one that was taken up before its task came."""
    if not ExportJob.objects.filter(pk=job_id, state=JobState.QUEUED).exists():
        yield job_id
    for _ in range(TRIES):
        # The queued job of whoever has the fewest running, the oldest first; None if nothing is queued.
        handed = clock.now() - dt.timedelta(seconds=OWN_SECONDS)
        queued = ExportJob.objects.filter(state=JobState.QUEUED).order_by("requested_at", "pk")
        rows = [row for row in queued.values_list("pk", "requested_by", "requested_at") if row[0] == job_id or row[2] <= handed]
        running = Counter(ExportJob.objects.filter(state=JobState.RUNNING).values_list("requested_by", flat=True))
        found = min(rows, key=lambda row: running[row[1]], default=(None,))[0]
        if found is None:
            return
        yield found
