"""PDFs of Office files for the viewer: requested when the file is first opened, made by the worker, stored once per content.

One that a worker is making is held by a lease; a row without one was lost with its worker or queue and is requested again, at most three
times. A failure is kept until the weekly sweep.
"""

import datetime as dt
import logging

from celery import current_app
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from greendistrict.core import clock, leases
from greendistrict.core.columns import fitted
from greendistrict.core.row_faults import one_by_one
from greendistrict.documents.blobs import note_written, removed_if_unnamed
from greendistrict.documents.enums import QUARANTINED, CopyState
from greendistrict.documents.models import Evidence, ReadingCopy
from greendistrict.documents.office import conversion, converter
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage

logger = logging.getLogger(__name__)
OUTBOX_KIND = "office_copy"
MAKE = "greendistrict.documents.tasks.make_copy"  # by name, because the task imports this module
MOST_ATTEMPTS = 3
UNFINISHED = (CopyState.WAITING, CopyState.MAKING)
HELD, QUEUED = "office-copy:", "office-copy-queued:"  # leases
REMEMBERED_DAYS = 7
BROKEN_OFF = f"转换{MOST_ATTEMPTS}次都中断"


def copy_of(evidence: Evidence) -> ReadingCopy | None:
    """The finished copy of a file, or None."""
    return ReadingCopy.objects.filter(sha256=evidence.sha256, state=CopyState.READY).first()


@transaction.atomic
def ask(evidence: Evidence) -> ReadingCopy | None:
    """State of the copy of a file, requesting it if nobody has; None for files that are not converted."""
    if evidence.quarantine or not conversion.converts(evidence.content_type, evidence.size):
        return None
    now = clock.now()
    copy = ReadingCopy.objects.filter(sha256=evidence.sha256).first()
    if copy is None:
        copy, is_new = ReadingCopy.objects.get_or_create(sha256=evidence.sha256, defaults={"since": now})
        if is_new:
            _request(copy)
    elif _lost().filter(pk=copy.pk).exists():
        _again(copy.pk, now)
        copy.refresh_from_db()
    return copy


def sweep() -> int:
    """Request copies anew whose worker or queue was lost; safe to repeat. Returns how many."""
    return sum(one_by_one("sweep-copies", list(_lost().values_list("pk", flat=True)), lambda pk: _again(pk, clock.now())))


def _lost() -> QuerySet[ReadingCopy]:
    return leases.unheld(ReadingCopy.objects.filter(state__in=UNFINISHED), HELD, QUEUED)


@transaction.atomic
def _again(pk: int, now: dt.datetime) -> bool:
    copy = _lost().select_for_update(no_key=True, skip_locked=True).filter(pk=pk).first()
    if copy is None:
        return False
    if copy.attempts >= MOST_ATTEMPTS:
        copy.state, copy.error = CopyState.FAILED, BROKEN_OFF
    else:
        copy.state = CopyState.WAITING
        _request(copy)
    copy.since = now
    copy.save(update_fields=["state", "error", "since"])
    return True


def _request(copy: ReadingCopy) -> None:
    leases.take(f"{QUEUED}{copy.pk}")
    outbox.emit(OUTBOX_KIND, f"{OUTBOX_KIND}:{copy.pk}:{clock.now().isoformat()}", {"copy": copy.pk})


def enqueue(message: OutboxMessage) -> None:
    """Outbox handler: enqueue the conversion; if the broker is unreachable, the row stays for the sweep."""
    leases.take(f"{QUEUED}{message.payload['copy']}")
    current_app.send_task(MAKE, args=(message.payload["copy"],), retry=False, ignore_result=True)


def make(copy_id: int) -> bool:
    """Convert; safe to repeat, because only one worker has the lease of a row. Returns whether there is a PDF."""
    with leases.held(f"{HELD}{copy_id}") as mine:
        return mine and _make(copy_id)


def _make(copy_id: int) -> bool:
    copy = _claim(copy_id)
    source = Evidence.objects.filter(sha256=copy.sha256).exclude(scan__in=QUARANTINED).first() if copy else None
    if copy is None or source is None:
        return False
    try:
        with source.file.open("rb") as stream:
            content = converter.as_pdf(stream, conversion.extension_of(source.content_type))
    except (conversion.NotConverted, OSError) as failed:
        logger.warning("office file %s was not converted: %s", copy.sha256[:12], failed)
        _still(copy).update(state=CopyState.FAILED, error=fitted(ReadingCopy, "error", str(failed)), since=clock.now())
        return False
    return _keep(copy, content)


def _claim(copy_id: int) -> ReadingCopy | None:
    with transaction.atomic():
        copy = ReadingCopy.objects.select_for_update(no_key=True).filter(pk=copy_id, state__in=UNFINISHED).first()
        if copy is not None:
            copy.state, copy.since, copy.attempts = CopyState.MAKING, clock.now(), copy.attempts + 1
            copy.save(update_fields=["state", "since", "attempts"])
    return copy


def _still(copy: ReadingCopy) -> QuerySet[ReadingCopy]:
    """The row, unless it was deleted or taken over by another worker."""
    return ReadingCopy.objects.filter(pk=copy.pk, state=CopyState.MAKING, attempts=copy.attempts)


def _keep(copy: ReadingCopy, content: bytes) -> bool:
    with removed_if_unnamed(), transaction.atomic():
        if not _still(copy).select_for_update(no_key=True).exists():
            return False
        copy.file.save("", ContentFile(content), save=False)
        note_written(copy.file.name or "")
        copy.state, copy.size, copy.since, copy.error = CopyState.READY, len(content), clock.now(), ""
        copy.save(update_fields=["file", "state", "size", "since", "error"])
    return True


def drop_with(evidence: Evidence) -> None:
    """Delete the copy of a deleted file, unless another file has the same content."""
    if not Evidence.objects.filter(sha256=evidence.sha256).exists():
        _drop(ReadingCopy.objects.filter(sha256=evidence.sha256))


def drop_old(now: dt.datetime) -> int:
    """Delete copies whose file is gone, and failures older than a week so that they are retried; returns the number."""
    named = Exists(Evidence.objects.filter(sha256=OuterRef("sha256")))
    forgotten = Q(state=CopyState.FAILED, since__lt=now - dt.timedelta(days=REMEMBERED_DAYS))
    return _drop(ReadingCopy.objects.filter(~Q(named) | forgotten))


def _drop(copies: QuerySet[ReadingCopy]) -> int:
    found = list(copies)
    with transaction.atomic():
        for copy in found:
            copy.delete()
            if name := copy.file.name:
                transaction.on_commit(lambda name=name: default_storage.delete(name), robust=True)  # type: ignore[misc]
    return len(found)
