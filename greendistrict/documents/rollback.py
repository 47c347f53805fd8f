"""Removes files written during a request or job whose transaction was rolled back."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.files.storage import default_storage
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse

from greendistrict.core.base_middleware import Middleware
from greendistrict.documents.models import Evidence, ReadingCopy

logger = logging.getLogger(__name__)
_names: ContextVar[list[str] | None] = ContextVar("written_files", default=None)


def note(name: str) -> None:
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
