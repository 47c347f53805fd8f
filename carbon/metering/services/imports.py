"""Files of readings: stored, checked, written after the preview is confirmed; large ones by a worker (queue ``imports``).

Checking only stores the preview; writing is one transaction together with the state. If a worker is killed, both stay as they were: Celery
delivers the task again, or the sweep does if the queue was lost too.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F

from carbon.metering.checks import MeterFault
from carbon.metering.models import ReadingImport
from carbon.metering.reading_file import MOST_BYTES, ReadingFile, ReadingHeads, parse
from carbon.metering.rules import hold_metering
from carbon.metering.selectors.meters import SeenReadings, look_at
from carbon.metering.services import readings
from carbon.metering.services.readings import NEEDS_REASON, store
from districts.common.enums import QueuedState
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.revocation import Why
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, leases
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refused
from greendistrict.core.row_faults import one_by_one
from greendistrict.core.writing import writing
from greendistrict.documents.workbooks.foreign import UnknownHeadsError
from greendistrict.documents.workbooks.remembered import newly_chosen, remember_heads, remembered_heads
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage

OUTBOX_KIND = "reading_import"
RUN = "carbon.tasks.import_readings"  # by name, because the task imports this module
HELD, QUEUED = f"{OUTBOX_KIND}:", f"{OUTBOX_KIND}-queued:"  # leases
KEPT = dt.timedelta(days=7)
MOST_ATTEMPTS = 3
SHOWN = 300
BROKEN_OFF = "处理时多次中断，没有写入任何内容；请重新上传，仍不行时请与平台管理员联系"
STALE = "预览之后平台上的读数有变化，这次没有写入；请重新上传预览"
READ_SINCE = "预览之后重新核对过，这次没有写入；请核对本页的预览后写入"
ORDERED_BEFORE = "这次导入已经提交写入，或预览已失效"


def is_large(content: bytes) -> bool:
    """Whether a file is processed by the worker instead of in the request."""
    return len(content) > settings.IMPORT_AT_ONCE_BYTES


@writing
def ask(*, district: District, content: bytes, file_name: str, by: User) -> ReadingImport:
    """Store a file and check it, in the request or by the worker. Raises ``NotAllowed``, ``Refused`` if it cannot be a file of readings."""
    hold_metering(posts_of(by), district)
    Refused.when(len(content) > MOST_BYTES, f"文件过大，最多{MOST_BYTES // 1024 // 1024} MB，请分开上传")
    kept = {"content": content, "file_name": fitted(ReadingImport, "file_name", file_name), "by": by, "since": clock.now()}
    labels = remembered_heads(ReadingHeads.kind, posts_of(by).organisation_ids)
    if is_large(content):
        asked = ReadingImport.objects.create(district=district, seen={"labels": labels}, **kept)
        _hand_over(asked)
        return asked
    return ReadingImport.objects.create(district=district, **kept, **_previewed(district, file_name, content, labels))


@writing
def choose(*, pk: int, district: District, by: User, given: Iterable[tuple[str, str]]) -> ReadingImport:
    """Check a file anew with columns (labels) that were chosen for its heads. Raises ``NotAllowed``, ``Refused`` if it is gone."""
    hold_metering(posts_of(by), district)
    asked = ReadingImport.objects.select_for_update(no_key=True).filter(pk=pk, district=district).first()
    if asked is None or not asked.asks_heads:
        raise Refused(ORDERED_BEFORE)
    known = [(head, label) for head, label in given if head in asked.seen["asked"]]
    now = newly_chosen(known, asked.seen["read"], asked.seen["labels"])
    labels, chosen = asked.seen["labels"] | now, asked.seen.get("chosen", {}) | now
    asked.by, asked.since, asked.attempts, content = by, clock.now(), 0, bytes(asked.content)
    if is_large(content):
        asked.state, asked.seen, asked.error = QueuedState.WAITING, {"labels": labels, "chosen": chosen}, ""
        _hand_over(asked)
    else:
        found = _previewed(district, asked.file_name, content, labels, chosen)
        asked.state, asked.seen, asked.error = found["state"], found["seen"], found["error"]
    asked.save()
    return asked


def _previewed(
    district: District, name: str, content: bytes, labels: Mapping[str, str], chosen: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """State, preview and error of a file as checked; one whose heads nobody knows is kept for a choice of columns.

    ``labels`` of columns by head are those remembered and those ``chosen`` for this file. Raises ``Refused``.
    """
    try:
        seen = _as_kept(*_look(district, name, content, labels), labels)
        return {"state": QueuedState.READ, "seen": {**seen, "chosen": dict(chosen)}, "error": ""}
    except UnknownHeadsError as unknown:
        heads = {"labels": dict(labels), "chosen": dict(chosen)}
        seen = {**heads, "asked": unknown.asked, "columns": unknown.columns, "read": []}
        return {"state": QueuedState.REFUSED, "seen": seen, "error": fitted(ReadingImport, "error", str(unknown))}


def order(*, pk: int, district: District, by: User, reason: str, seen: str) -> ReadingImport:
    """Confirm the preview with the digest ``seen`` and have it written.

    Raises ``NotAllowed``, ``Refused`` if already confirmed, read otherwise since, without a reason, or outdated.
    """
    hold_metering(posts_of(by), district)
    _make_room(pk)
    return _ordered(pk, district, by, reason, seen)


def _make_room(pk: int) -> None:
    """Make the partitions that a previewed file needs before the transaction that fills them, so that nobody else waits for its end."""
    seen = ReadingImport.objects.filter(pk=pk).values_list("seen", flat=True).first() or {}
    readings.ensure_partitions(dt.date.fromisoformat(month) for month in seen.get("months", ()))


@transaction.atomic
def _ordered(pk: int, district: District, by: User, reason: str, seen: str) -> ReadingImport:
    hold_metering(posts_of(by), district)
    asked = ReadingImport.objects.select_for_update(no_key=True).filter(pk=pk, district=district, state=QueuedState.READ).first()
    if asked is None:
        raise Refused(ORDERED_BEFORE)
    Refused.unless(asked.seen["digest"] == seen, READ_SINCE)
    Refused.when(asked.seen["changed_measured"] and not reason.strip(), NEEDS_REASON)
    asked.state, asked.by, asked.since, asked.attempts = QueuedState.ORDERED, by, clock.now(), 0
    asked.reason = fitted(asked, "reason", reason.strip())
    asked.save(update_fields=["state", "by", "by_principal", "since", "attempts", "reason"])
    if is_large(bytes(asked.content)):
        _hand_over(asked)
    else:
        _write_locked(asked)
    return asked


def _hand_over(asked: ReadingImport) -> None:
    leases.take(f"{QUEUED}{asked.pk}")  # the sweep leaves it alone for a while
    outbox.emit(OUTBOX_KIND, f"{OUTBOX_KIND}:{asked.pk}:{clock.now().isoformat()}", {"import": asked.pk})


def enqueue(message: OutboxMessage) -> None:
    """Outbox handler: send the file to its queue. If the broker is unreachable, the sweep sends it later."""
    leases.take(f"{QUEUED}{message.payload['import']}")
    current_app.send_task(RUN, args=(message.payload["import"],), retry=False, ignore_result=True)


def stop_ordered(person: User, _why: Why) -> int:
    """Let what a person whose rights have ended has ordered wait for somebody else's confirmation; returns how many files."""
    return ReadingImport.objects.filter(by=person, state=QueuedState.ORDERED).update(state=QueuedState.READ)


def run(pk: int) -> bool:
    """Process the next step of an import; safe to repeat. Returns whether there was one."""
    with leases.held(f"{HELD}{pk}") as mine:
        return mine and _run(pk)


def _run(pk: int) -> bool:
    ReadingImport.objects.filter(pk=pk).update(attempts=F("attempts") + 1)
    asked = ReadingImport.objects.select_related("district").filter(pk=pk).first()
    if asked is not None and asked.state == QueuedState.WAITING:
        return _read(asked)
    return asked is not None and asked.state == QueuedState.ORDERED and _write(pk)


def _read(asked: ReadingImport) -> bool:
    still = ReadingImport.objects.filter(pk=asked.pk, state=QueuedState.WAITING)
    if asked.attempts > MOST_ATTEMPTS:
        return bool(still.update(state=QueuedState.REFUSED, error=BROKEN_OFF, content=b""))
    try:
        known = (asked.seen.get(name, {}) for name in ("labels", "chosen"))
        found = _previewed(asked.district, asked.file_name, bytes(asked.content), *known)
    except Refused as refused:
        found = {"state": QueuedState.REFUSED, "error": fitted(ReadingImport, "error", str(refused)), "content": b""}
    return bool(still.update(**found, since=clock.now()))


def _write(pk: int) -> bool:
    _make_room(pk)
    with transaction.atomic():
        rows = ReadingImport.objects.select_for_update(no_key=True, of=("self",)).select_related("district", "by")
        asked = rows.filter(pk=pk, state=QueuedState.ORDERED).first()
        if asked is None:
            return False
        try:
            Refused.when(asked.attempts > MOST_ATTEMPTS, BROKEN_OFF)
            with transaction.atomic():
                _write_locked(asked)
        except Refused as refused:
            asked.state, asked.since, asked.content = QueuedState.REFUSED, clock.now(), b""
            asked.error = fitted(asked, "error", str(refused))
            asked.save(update_fields=["state", "error", "since", "content"])
    return True


def _write_locked(asked: ReadingImport) -> None:
    """Write a locked file in the caller's transaction. Raises ``Refused`` if the result would differ from the preview."""
    hold_metering(posts_of(asked.by), asked.district)
    labels = asked.seen.get("labels", {})  # of a preview of before there are none
    seen, faults, found = _look(asked.district, asked.file_name, bytes(asked.content), labels)
    shown = _as_kept(seen, faults, found, labels)
    Refused.unless(shown["digest"] == asked.seen["digest"], STALE)
    done = store(seen.rows, by=asked.by, reason=asked.reason or "导入")
    remember_heads(ReadingHeads.kind, posts_of(asked.by).organisation_ids, asked.seen.get("chosen", {}))
    asked.state, asked.since, asked.content = QueuedState.WRITTEN, clock.now(), b""
    asked.seen = {**asked.seen, "written": asdict(done)}
    asked.save(update_fields=["state", "since", "content", "seen"])
    data = {"district": asked.district.code, "file": asked.file_name, "added": done.added, "corrected": done.corrected}
    audit.record(action="carbon.import_readings", by=asked.by, obj=asked, data=data)


def _look(district: District, name: str, content: bytes, labels: Mapping[str, str]) -> tuple[SeenReadings, list[MeterFault], ReadingFile]:
    found = parse(name, content, labels)
    seen = look_at(district, found.readings, clock.now())
    return seen, [*found.faults, *seen.faults], found


def _as_kept(seen: SeenReadings, faults: list[MeterFault], file: ReadingFile, labels: Mapping[str, str]) -> dict[str, Any]:
    """The preview as JSON; ``digest`` covers everything that would be written or changed, to detect differences later."""
    digest = hashlib.sha256()
    for row in (*seen.rows, *seen.changed):
        digest.update(repr([str(part) for part in row]).encode())
    ordered = sorted(faults, key=lambda fault: (not fault.refused, fault.line or 0))
    return {
        "lines": file.lines,
        "told": file.told,
        "labels": dict(labels),
        "asked": file.asked,
        "columns": file.columns,
        "read": file.read,
        "months": [month.isoformat() for month in readings.months_of(at for _meter, at, *_rest in seen.rows)],
        "meters": seen.meters,
        "added": seen.added,
        "unchanged": seen.unchanged,
        "changed": len(seen.changed),
        "changed_measured": seen.changed_measured,
        "refused": sum(fault.count for fault in faults if fault.refused),
        "noted": sum(not fault.refused for fault in faults),
        "faults": [_fault_line(fault) for fault in ordered[:SHOWN]],
        "corrections": [[code, f"{at:%Y-%m-%d %H:%M}", str(before), str(after)] for code, at, before, after in seen.changed[:SHOWN]],
        "digest": digest.hexdigest(),
    }


def _fault_line(fault: MeterFault) -> dict[str, Any]:
    told = {"kind": fault.kind.label, "meter": fault.meter, "words": fault.words, "line": fault.line, "count": fault.count}
    return {**told, "refused": fault.refused}


def sweep() -> int:
    """Send lost files to the queue again and delete abandoned previews. Returns how many were sent."""
    now = clock.now()
    open_states = (QueuedState.READ, QueuedState.REFUSED)
    ReadingImport.objects.filter(since__lt=now - KEPT, state__in=open_states).delete()
    lost = leases.unheld(ReadingImport.objects.filter(state__in=(QueuedState.WAITING, QueuedState.ORDERED)), HELD, QUEUED)

    def hand_over(pk: int) -> bool:
        asked = lost.select_for_update(no_key=True, skip_locked=True).defer("content").filter(pk=pk).first()
        if asked is not None:  # a worker that writes it holds the row
            _hand_over(asked)
        return asked is not None

    return sum(one_by_one("sweep-readings", list(lost.values_list("pk", flat=True)), hand_over))
