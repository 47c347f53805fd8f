"""Lease of a running report, renewed by its worker, so that another worker resumes the report of a killed one within a minute.

Also here: Batches wait for their parts: when the last one has ended, the ZIP is generated. ``in_turn`` says whose report is
generated next: a task names a job, but stands for one place of the worker, which takes the queued job of whoever has the fewest running,
so that one person's many reports queue behind each other. Nothing is refused and no worker idles while a job is queued.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager

from django.db import transaction
from django.db.models import Q

from greendistrict.core import clock, leases
from greendistrict.workflow import outbox
from reports.jobs.enums import OPEN_STATES, OUTBOX_KIND, JobState
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


# Half a lease is the time between two sweeps: with 30 seconds a killed worker's report waits 45 seconds at most, and so does one that the
# worker had taken from the queue without having begun it. One that merely waits is handed over again each time; whoever comes second to it
# leaves it alone.
HELD, QUEUED = "report:", "report-queued:"
MINUTE = 60


class Overtaken(Exception):  # noqa: N818 -- reads as a sentence
    """Another worker has taken over the report, because this one did not renew its lease."""


def is_free(job: ExportJob) -> bool:
    """Whether no worker has the job: it is queued, or its lease has ended."""
    return job.state == JobState.QUEUED or (job.state == JobState.RUNNING and not leases.is_held(f"{HELD}{job.pk}"))


def forgotten() -> Q:
    """Condition: jobs whose worker died, and queued jobs that were not handed over within a lease and so may have been lost."""
    return Q(state=JobState.RUNNING) & ~Q(leases.held_on(HELD)) | Q(state=JobState.QUEUED) & ~Q(leases.held_on(QUEUED))


def was_queued(job_id: int) -> None:
    """Note that a job is handed over now, so that it is not taken for lost."""
    leases.take(f"{QUEUED}{job_id}")


def taken(job_id: int) -> uuid.UUID | None:
    """Claim of the lease of a job; None if another worker has it."""
    return leases.take(f"{HELD}{job_id}")


def set_free(job_ids: Iterable[int]) -> None:
    """End the leases of jobs, for a start of which it is known that no worker is left."""
    leases.free(f"{kind}{key}" for key in job_ids for kind in (HELD, QUEUED))


def report_progress(job: ExportJob, done: int) -> None:
    """Store the number of finished steps. Raises ``Overtaken``."""
    if not ExportJob.objects.filter(pk=job.pk, claim=job.claim).update(done=done, progressed_at=clock.now()):
        raise Overtaken


def renewed(job: ExportJob) -> AbstractContextManager[None]:
    """Renew the lease during the block, because one step of a report may take longer than a lease."""
    return leases.renewed(f"{HELD}{job.pk}", job.claim or uuid.uuid4())


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


def note_part(part: ExportJob) -> None:
    """Count a finished part in every batch that waits for it. The caller has locked the part."""
    waiting = ExportJob.objects.select_for_update(of=("self",), no_key=True)
    for batch in waiting.filter(parts__report=part, state=JobState.COLLECTING).order_by("pk"):
        note(batch)


def note(batch: ExportJob) -> None:
    """Count the finished parts; after the last one the worker generates the ZIP. Must run in a transaction."""
    batch.done = batch.parts.exclude(report__state__in=OPEN_STATES).count()
    batch.started_at, batch.progressed_at = batch.started_at or batch.requested_at, clock.now()
    if batch.done == batch.total:
        batch.state = JobState.QUEUED
        was_queued(batch.pk)
        outbox.emit(OUTBOX_KIND, f"report:{batch.pk}", {"job": batch.pk})
    batch.save(update_fields=["done", "started_at", "progressed_at", "state"])


def catch_up() -> int:
    """Count again in batches whose parts have all ended uncounted. Returns the number of batches."""
    open_part = Q(parts__report__state__in=OPEN_STATES)
    forgotten = ExportJob.objects.filter(state=JobState.COLLECTING).exclude(open_part).values_list("pk", flat=True)
    count = 0
    for key in list(forgotten):
        with transaction.atomic():
            batch = ExportJob.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
            if batch.state == JobState.COLLECTING:
                note(batch)
                count += 1
    return count
