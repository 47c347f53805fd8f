"""Virus scan of stored files: requested with the upload, done by the worker; the file is in quarantine until then.

clamd is asked by its command INSTREAM over a socket, without a library: ``clamd`` and ``pyclamd`` had their last releases in 2014 and
2017, and this is all of the protocol needed. Without clamd a file stays in quarantine: the sweep retries each minute and fails visibly; no
file is released unscanned.
"""

import datetime as dt
import logging
import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing

from celery import current_app
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet

from greendistrict.accounts.enums import Role
from greendistrict.accounts.selectors import holders
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.documents.enums import ScanState
from greendistrict.documents.models import Evidence
from greendistrict.workflow import outbox
from greendistrict.workflow.messages import Note, send
from greendistrict.workflow.models import OutboxMessage

LONGEST_ANSWER = 4096
CLEAN, FOUND = "stream: OK", " FOUND"


class ScannerAway(Exception):  # noqa: N818 -- reads as a sentence
    """clamd does not answer or could not scan the file; the message says why. The state of the file is unchanged."""


def virus_in(pieces: Iterable[bytes]) -> str:
    """Name of the virus found; empty if there is none. Raises ``ScannerAway`` for any answer that is not clear."""
    try:
        with closing(_connected()) as link:
            link.sendall(b"zINSTREAM\0")
            for piece in pieces:
                link.sendall(struct.pack("!L", len(piece)) + piece)
            link.sendall(struct.pack("!L", 0))
            answer = _answer(link)
    except OSError as error:
        msg = f"查毒程序（{settings.CLAMD}）没有应答：{error.strerror or error}"
        raise ScannerAway(msg) from error
    if answer == CLEAN:
        return ""
    if answer.startswith("stream: ") and answer.endswith(FOUND):
        return answer.removeprefix("stream: ").removesuffix(FOUND)
    msg = f"查毒程序不能查这份文件：{answer or '没有说明'}"
    raise ScannerAway(msg)


def _connected() -> socket.socket:
    kind, _, rest = settings.CLAMD.partition("://")
    if kind == "unix":
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(settings.CLAMD_SECONDS)
        try:
            link.connect(rest)
        except OSError:
            link.close()
            raise
        return link
    host, _, port = rest.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=settings.CLAMD_SECONDS)


def _answer(link: socket.socket) -> str:
    found = b""
    while b"\0" not in found and len(found) < LONGEST_ANSWER and (piece := link.recv(LONGEST_ANSWER)):
        found += piece
    return found.partition(b"\0")[0].decode(errors="replace").strip()


logger = logging.getLogger(__name__)
OUTBOX_KIND, MESSAGE = "scan_file", "virus_found"
SCAN = "greendistrict.documents.tasks.scan_file"  # by name: the task imports this module
PIECE = 64 * 1024
AT_ONCE = 200
KEEPERS = (Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER)
PATIENCE = dt.timedelta(minutes=10)


def first_state() -> ScanState:
    """Initial scan state of an uploaded file."""
    return ScanState.WAITING if settings.CLAMD else ScanState.UNSCANNED


def request(evidence: Evidence) -> None:
    """Request the scan of a waiting file, in the transaction that stores it."""
    if evidence.scan == ScanState.WAITING:
        outbox.emit(OUTBOX_KIND, f"{OUTBOX_KIND}:{evidence.pk}", {"evidence": evidence.pk})


def enqueue(message: OutboxMessage) -> None:
    """Outbox handler: hand the scan to the worker; an unreachable broker leaves the row for the sweep."""
    current_app.send_task(SCAN, args=(message.payload["evidence"],), retry=False, ignore_result=True)


def scan(pk: int, *, again: bool = False) -> ScanState | None:
    """Scan one waiting file, or any file with ``again``; returns its new state. Raises ``ScannerAway``, which changes nothing."""
    evidence = Evidence.objects.filter(pk=pk).first()
    if evidence is None or not (again or evidence.scan == ScanState.WAITING):
        return None
    virus = virus_in(_content(evidence))
    with transaction.atomic():
        held = Evidence.objects.select_for_update(no_key=True).filter(pk=pk).first()
        if held is None:
            return None
        before, held.scan = held.scan, ScanState.INFECTED if virus else ScanState.CLEAN
        held.virus, held.scanned_at = fitted(held, "virus", virus), clock.now()
        held.save(update_fields=["scan", "virus", "scanned_at"])
        if virus and before != ScanState.INFECTED:
            _tell(held)
        elif before == ScanState.INFECTED and not virus:
            audit.record(action="documents.released", by=None, obj=held, data={"sha256": held.sha256})
    return ScanState(held.scan)


def _content(evidence: Evidence) -> Iterator[bytes]:
    try:
        with default_storage.open(evidence.file.name or "", "rb") as stream:
            while piece := stream.read(PIECE):
                yield piece
    except FileNotFoundError as error:
        msg = f"《{evidence.printed_title}》的文件不在存储中"
        raise ScannerAway(msg) from error


def _tell(evidence: Evidence) -> None:
    """Record a found virus; notify the uploader (with the file) and the keepers, who may not read files (with its number)."""
    audit.record(action="documents.infected", by=None, obj=evidence, data={"sha256": evidence.sha256, "virus": evidence.virus})
    logger.warning("virus %s found in file %s", evidence.virus, evidence.key)
    key, uploader = f"virus:{evidence.pk}:{evidence.scanned_at}", evidence.uploaded_by
    if uploader is not None:
        body = f"查毒程序报告：{evidence.virus}。这份材料已隔离，任何人不能打开，也不能随办件提交。请用无毒的文件替换它，并检查您的电脑。"
        send(kind=MESSAGE, key=key, receivers=[uploader], note=Note(f"“{evidence.printed_title}”中发现病毒", body, demo=evidence.is_demo))
    name = uploader.name if uploader else "系统"
    body = f"查毒程序报告：{evidence.virus}。上传人：{name}；文件编号：{evidence.key}；校验值：{evidence.sha256}。文件已隔离，保留备查。"
    send(kind=MESSAGE, key=f"{key}:keepers", receivers=holders(*KEEPERS), note=Note("上传的文件中发现病毒", body, demo=evidence.is_demo))


def waiting() -> QuerySet[Evidence]:
    """Files in quarantine that were not scanned yet, oldest first."""
    return Evidence.objects.filter(scan=ScanState.WAITING).order_by("uploaded_at", "pk")


def overdue(now: dt.datetime) -> int:
    """Number of files waiting longer than a scan takes."""
    return waiting().filter(uploaded_at__lt=now - PATIENCE).count()


def scan_waiting() -> int:
    """Scan waiting files, then files from before there was a scanner, up to a limit; returns the number.

    Raises ``ScannerAway``: at once if the first file cannot be scanned, otherwise after trying the others.
    """
    if not settings.CLAMD:
        return 0
    uploaded = Evidence.objects.filter(scan=ScanState.UNSCANNED, uploaded_by__isnull=False).order_by("pk")
    keys = [*waiting().values_list("pk", flat=True)[:AT_ONCE]]
    keys += uploaded.values_list("pk", flat=True)[: AT_ONCE - len(keys)]
    done, failed = 0, None
    for pk in keys:
        try:
            done += scan(pk, again=True) is not None
        except ScannerAway as away:
            failed = away
            if not done:
                break
    if failed is not None:
        raise failed
    return done
