"""Batches wait for their parts: when the last one has ended, the ZIP is generated."""

from django.db import transaction
from django.db.models import Q

from greendistrict.core import clock
from greendistrict.workflow import outbox
from reports.jobs import lease
from reports.jobs.enums import OPEN_STATES, OUTBOX_KIND, JobState
from reports.jobs.models import ExportJob


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
        lease.was_queued(batch.pk)
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
