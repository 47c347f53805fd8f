"""Lease of a running report, renewed by its worker, so that another worker resumes the report of a killed one within a minute."""

import contextvars
import datetime as dt
import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Q

from greendistrict.core import clock
from reports.jobs.enums import JobState
from reports.jobs.models import ExportJob

logger = logging.getLogger(__name__)
# Half a lease is the time between two sweeps: with 30 seconds a killed worker's report waits 45 seconds at most, and so does one that the
# worker had taken from the queue without having begun it. One that merely waits is handed over again each time; whoever comes second to it
# leaves it alone.
LEASE = dt.timedelta(seconds=settings.REPORT_LEASE_SECONDS)
RENEW_SECONDS = settings.REPORT_LEASE_SECONDS / 6
MINUTE = 60


class Overtaken(Exception):  # noqa: N818 -- reads as a sentence
    """Another worker has taken over the report, because this one did not renew its lease."""


def is_free(job: ExportJob) -> bool:
    """Whether no worker has the job: it is queued, or its lease has expired. A clock that was set back frees it too."""
    if job.state == JobState.RUNNING:
        return job.alive_at is None or abs(clock.now() - job.alive_at) > LEASE
    return job.state == JobState.QUEUED


def forgotten() -> Q:
    """Condition: jobs whose worker died, and jobs queued for so long that they may have been lost."""
    now = clock.now()
    silent = Q(alive_at__isnull=True) | Q(alive_at__lt=now - LEASE) | Q(alive_at__gt=now + LEASE)
    handed = Q(alive_at__isnull=True, requested_at__lte=now - LEASE) | Q(alive_at__lte=now - LEASE) | Q(alive_at__gt=now + LEASE)
    return Q(state=JobState.RUNNING) & silent | Q(state=JobState.QUEUED) & handed


def report_progress(job: ExportJob, done: int) -> None:
    """Store the number of finished steps. Raises ``Overtaken``."""
    now = clock.now()
    if not ExportJob.objects.filter(pk=job.pk, claim=job.claim).update(done=done, progressed_at=now, alive_at=now):
        raise Overtaken


@contextmanager
def renewed(job: ExportJob) -> Iterator[None]:
    """Renew the lease in a thread during the block, because one step of a report may take longer than a lease."""
    stop = threading.Event()
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(_renew, job.pk, job.claim, stop), name=f"lease-{job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _renew(key: int, claim: uuid.UUID, stop: threading.Event) -> None:
    try:
        while not stop.wait(RENEW_SECONDS):
            try:
                ExportJob.objects.filter(pk=key, claim=claim).update(alive_at=clock.now())
            except DatabaseError as error:
                logger.warning("lease of report %s not renewed: %s", key, error)
                connection.close()
    finally:
        connection.close()  # of this thread


def remaining(job: ExportJob) -> str:
    """Remaining time at the current pace, in words; 剩余时间未知 before the first step or if it takes longer than expected."""
    if job.state not in (JobState.COLLECTING, JobState.RUNNING):
        return ""
    # Parts of a batch that existed before are ignored in computing the pace.
    there = job.parts.filter(report__finished_at__lt=job.requested_at).count() if job.state == JobState.COLLECTING else 0
    done = job.done - there
    if done > 0 and job.started_at and job.progressed_at:
        needed = (job.progressed_at - job.started_at) / done * (job.total - job.done)
        left = (needed - (clock.now() - job.progressed_at)).total_seconds()
        if left > 0:
            return "还需不到1分钟" if left < MINUTE else f"还需约{-(-left // MINUTE):.0f}分钟"
    return "剩余时间未知"
