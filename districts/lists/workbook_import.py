"""Imports of lists too large for a request: read and written by a worker of the queue ``imports``.

Reading only stores the preview; writing is one transaction with the state. A killed worker leaves both unchanged, and the import is queued
again: by Celery, which redelivers unfinished tasks, or by the sweep if the queue was lost too.
"""

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from districts.common.enums import ImportKind, QueuedState
from districts.file.models.district import District
from districts.file.models.imports import QueuedImport
from districts.file.services.locking import hold_editor
from districts.file.workbook_marks import DistrictReader
from districts.lists.services.imports import apply_import
from districts.lists.workbooks import ProjectReader, WorkReader
from districts.plots.workbook_import import PlotReader
from greendistrict.accounts.models import User
from greendistrict.accounts.revocation import Why
from greendistrict.core import clock, leases
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refused
from greendistrict.core.row_faults import one_by_one
from greendistrict.documents.workbooks.book import Returned
from greendistrict.documents.workbooks.grids import CellLine
from greendistrict.documents.workbooks.reader import ImportedRow, Preview
from greendistrict.workflow import outbox
from greendistrict.workflow.models import OutboxMessage

logger = logging.getLogger(__name__)
OUTBOX_KIND = "list_import"
RUN = "districts.tasks.import_list"  # by name: the task imports this module
READERS: Mapping[str, type[DistrictReader[Any]]] = {
    ImportKind.PLOTS: PlotReader,
    ImportKind.PROJECTS: ProjectReader,
    ImportKind.WORKS: WorkReader,
}
HELD, QUEUED = f"{OUTBOX_KIND}:", f"{OUTBOX_KIND}-queued:"  # leases
KEPT = dt.timedelta(days=7)
MOST_ATTEMPTS = 3
BROKEN_OFF = "处理时多次中断，没有写入任何内容；请重新上传，仍不行时请与平台管理员联系"
LINES = ("changed", "noted", "refused")


def is_large(content: bytes) -> bool:
    """Whether a workbook is so large that it is left to the worker."""
    return len(content) > settings.IMPORT_AT_ONCE_BYTES


def open_imports(district: District, kind: ImportKind) -> QuerySet[QueuedImport]:
    """Imports of a list that wait for the worker or for the confirmation to write them."""
    open_states = (QueuedState.WAITING, QueuedState.READ, QueuedState.ORDERED)
    rows = QueuedImport.objects.filter(district=district, kind=kind, state__in=open_states)
    return rows.select_related("by").defer("content", "preview")


@transaction.atomic
def ask(*, kind: ImportKind, district: District, content: bytes, file_name: str, by: User) -> QueuedImport:
    """Store a workbook and queue it for reading. Raises ``NotAllowed``."""
    hold_editor(by, district)
    kept = {"content": content, "file_name": fitted(QueuedImport, "file_name", file_name), "by": by, "since": clock.now()}
    asked = QueuedImport.objects.create(district=district, kind=kind, **kept)
    _hand_over(asked)
    return asked


@transaction.atomic
def order(*, pk: int, district: District, by: User) -> QueuedImport:
    """Queue a previewed import for writing. Raises ``NotAllowed``, ``Refused`` if it was confirmed before or is no longer stored."""
    hold_editor(by, district)
    asked = QueuedImport.objects.select_for_update(no_key=True).filter(pk=pk, district=district, state=QueuedState.READ).first()
    if asked is None:
        msg = "这次导入已经提交写入，或预览已失效"
        raise Refused(msg)
    asked.state, asked.by, asked.since, asked.attempts = QueuedState.ORDERED, by, clock.now(), 0
    asked.save(update_fields=["state", "by", "by_principal", "since", "attempts"])
    _hand_over(asked)
    return asked


def stop_ordered(person: User, _why: Why) -> int:
    """Let what a person whose rights have ended has ordered wait for somebody else's confirmation; returns how many files."""
    return QueuedImport.objects.filter(by=person, state=QueuedState.ORDERED).update(state=QueuedState.READ)


def _hand_over(asked: QueuedImport) -> None:
    leases.take(f"{QUEUED}{asked.pk}")  # the sweep leaves it alone for a while
    outbox.emit(OUTBOX_KIND, f"{OUTBOX_KIND}:{asked.pk}:{clock.now().isoformat()}", {"import": asked.pk})


def enqueue(message: OutboxMessage) -> None:
    """Outbox handler: put the import on its queue; if the broker is unreachable, the sweep does it later."""
    leases.take(f"{QUEUED}{message.payload['import']}")
    current_app.send_task(RUN, args=(message.payload["import"],), retry=False, ignore_result=True)


def run(pk: int) -> bool:
    """Run the next step of an import; idempotent. Returns whether a step was run."""
    with leases.held(f"{HELD}{pk}") as mine:
        return mine and _run(pk)


def _run(pk: int) -> bool:
    QueuedImport.objects.filter(pk=pk).update(attempts=F("attempts") + 1)
    asked = QueuedImport.objects.select_related("district").filter(pk=pk).first()
    if asked is not None and asked.state == QueuedState.WAITING:
        return _read(asked)
    return asked is not None and asked.state == QueuedState.ORDERED and _write(pk)


def _read(asked: QueuedImport) -> bool:
    still = QueuedImport.objects.filter(pk=asked.pk, state=QueuedState.WAITING)
    if asked.attempts > MOST_ATTEMPTS:
        return bool(still.update(state=QueuedState.REFUSED, error=BROKEN_OFF, content=b""))
    reader = READERS[asked.kind](asked.district, clock.today())
    reader.report = lambda done, total: still.update(done=done, total=total)
    try:
        found = {"state": QueuedState.READ, "preview": as_kept(reader.read(bytes(asked.content)))}
    except Refused as refused:
        found = {"state": QueuedState.REFUSED, "error": fitted(QueuedImport, "error", str(refused))}
    return bool(still.update(**found, content=b"", since=clock.now()))


def _write(pk: int) -> bool:
    with transaction.atomic():
        asked = QueuedImport.objects.select_for_update(no_key=True, of=("self",)).select_related("district", "by")
        held = asked.filter(pk=pk, state=QueuedState.ORDERED).first()
        if held is None:
            return False
        try:
            Refused.when(held.attempts > MOST_ATTEMPTS, BROKEN_OFF)
            kind, works = ImportKind(held.kind), held.preview["works"]
            held.imported = apply_import(kind=kind, district=held.district, works=works, file_name=held.file_name, by=held.by)
            held.state = QueuedState.WRITTEN
        except Refused as refused:
            held.state, held.error = QueuedState.REFUSED, fitted(held, "error", str(refused))
        held.since = clock.now()
        held.save(update_fields=["state", "error", "imported", "since"])
    return True


def sweep() -> int:
    """Queue lost imports again, and delete abandoned ones. Returns the number queued again."""
    now = clock.now()
    QueuedImport.objects.filter(since__lt=now - KEPT).exclude(state=QueuedState.ORDERED).delete()
    lost = leases.unheld(QueuedImport.objects.filter(state__in=(QueuedState.WAITING, QueuedState.ORDERED)), HELD, QUEUED)

    def hand_over(pk: int) -> bool:
        asked = lost.select_for_update(no_key=True, skip_locked=True).defer("content", "preview").filter(pk=pk).first()
        if asked is not None:  # a worker that writes it holds the row
            _hand_over(asked)
        return asked is not None

    return sum(one_by_one("sweep-imports", list(lost.values_list("pk", flat=True)), hand_over))


# --- storing a preview in the database ---


def as_kept(seen: Preview) -> dict[str, Any]:
    """A preview as JSON."""
    lines = {name: [asdict(line) for line in getattr(seen, name)] for name in LINES}
    told = {"added": seen.added, "unchanged": seen.unchanged, "problems": seen.problems, "absent": seen.absent}
    return {**told, **lines, **seen.work(), **seen.back()}


def kept_preview(asked: QueuedImport) -> Preview:
    """The preview of an import that has been read."""
    kept = asked.preview
    changed, noted, refused = ([CellLine(**line) for line in kept[name]] for name in LINES)
    return Preview(
        added=kept["added"],
        changed=changed,
        noted=noted,
        refused=refused,
        unchanged=kept["unchanged"],
        problems=kept["problems"],
        absent=tuple(kept.get("absent", ())),  # stored since columns may be absent
        works=[ImportedRow(**work) for work in kept["works"]],
        returned=[Returned(cells, dict(why)) for cells, why in kept["rows"]],
    )
