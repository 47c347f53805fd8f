"""Stored contents: equal contents are stored once, and deleted with the last row that refers to them.

Storing and deleting both lock the content until their transaction ends, so that none is deleted while another row starts to use it.
Files written during a request or job whose transaction was rolled back are removed.
"""

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, InterfaceError, transaction
from django.http import HttpRequest, HttpResponse

from greendistrict.core.base_middleware import Middleware
from greendistrict.core.locks import one_at_a_time
from greendistrict.documents.enums import ScanState
from greendistrict.documents.models import Evidence, ReadingCopy

logger = logging.getLogger(__name__)
_names: ContextVar[list[str] | None] = ContextVar("written_files", default=None)


def note_written(name: str) -> None:
    """Remember a file that was written before its row is committed."""
    names = _names.get()
    if names is not None:
        names.append(name)


@contextmanager
def removed_if_unnamed() -> Iterator[None]:
    """On exit delete files written inside that have no row. Must enclose the transaction; within another one it does nothing.

    Whether a row names it decides, not the error: a file whose transaction was committed stays, whatever fails after it.
    """
    if _names.get() is not None:
        yield
        return
    names: list[str] = []
    token = _names.set(names)
    try:
        yield
    finally:
        _names.reset(token)
        if names:
            _remove_unnamed(names)


def _remove_unnamed(names: list[str]) -> None:
    """Delete the files; if database or disk fail, they are left to the weekly sweep (``unreferenced``)."""
    try:
        kept = {*_named(Evidence, names), *_named(ReadingCopy, names)}
        for name in names:
            if name not in kept:
                default_storage.delete(name)
                logger.info("file of a refused step removed: %s", name)
    except (DatabaseError, InterfaceError, OSError) as error:
        logger.warning("files of a refused step not removed: %s", error)


def _named(model: type[Evidence] | type[ReadingCopy], names: list[str]) -> Iterator[str]:
    yield from model._default_manager.filter(file__in=names).values_list("file", flat=True)


class WrittenFilesMiddleware(Middleware):
    """Deletes files written by a request whose transaction was rolled back."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then delete files without a row."""
        with removed_if_unnamed():
            return self.get_response(request)


def digest_of(file: "File[bytes]") -> str:
    """SHA-256 of a content, read in chunks."""
    found = hashlib.sha256()
    for piece in file.chunks():
        found.update(piece)
    return found.hexdigest()


def put(evidence: Evidence, file: "File[bytes]") -> bool:
    """Assign the content to a new row: shared with a row of the same digest, otherwise written. Returns whether it was written."""
    one_at_a_time(f"content:{evidence.sha256}")
    equal = Evidence.objects.filter(sha256=evidence.sha256, size=evidence.size).exclude(file="").exclude(scan=ScanState.INFECTED)
    for name in equal.order_by("file").values_list("file", flat=True).distinct():
        if default_storage.exists(name):
            evidence.file = name
            return False
    evidence.file.save(evidence.original_name, file, save=False)
    note_written(evidence.file.name or "")
    return True


def drop_after_commit(name: str, sha256: str) -> None:
    """Delete a stored content when the transaction commits, unless another row refers to it then."""

    def drop() -> None:
        with transaction.atomic():
            one_at_a_time(f"content:{sha256}")
            if not Evidence.objects.filter(file=name).exists():
                default_storage.delete(name)

    transaction.on_commit(drop, robust=True)  # contents left behind are found by the weekly sweep
