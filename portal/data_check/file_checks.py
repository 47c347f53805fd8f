"""Files and rows: files named by rows exist unaltered, stored files are named by rows, files have owners."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from itertools import islice
from typing import Protocol

from django.core.files.storage import default_storage

from greendistrict.core import clock
from greendistrict.documents.models import Evidence, Upload
from greendistrict.documents.orphans import orphans
from portal.data_check.findings import DataFault, DataFinding
from portal.data_check.stored_files import UPLOADS, file_fields, files_in

BATCH, PIECE = 1000, 1024 * 1024
YOUNG = dt.timedelta(days=7)  # a file is there a moment before its row


class LookedAt(Protocol):
    """Callback that counts what was checked."""

    def __call__(self, what: str, number: int = 1) -> None:
        """Add ``number`` to the count of ``what``."""


def named_files_are_there(counted: LookedAt, share: tuple[int, int]) -> Iterator[DataFinding]:
    """Check every file named by a row.

    ``share`` (i, n): the content is read if the key modulo n is i, otherwise only the size is checked.
    """
    part, parts = share
    for field in file_fields():
        name = field.attname
        rows = field.model._base_manager.exclude(**{name: ""}).order_by("pk")
        for row in rows.iterator(chunk_size=BATCH):
            counted("files")
            digest = row.sha256 if isinstance(row, Evidence) and row.pk % parts == part else ""
            yield from _file(getattr(row, name).name, f"{row}", getattr(row, "size", None), digest)
    for upload in Upload.objects.filter(received__gt=0).order_by("pk").iterator(chunk_size=BATCH):
        if not default_storage.exists(name := f"{UPLOADS}/{upload.key}.part"):
            yield DataFinding(DataFault.MISSING_FILE, name, upload.name)


def _file(name: str, title: str, size: int | None, digest: str) -> Iterator[DataFinding]:
    try:
        if size is not None and default_storage.size(name) != size:
            yield DataFinding(DataFault.ALTERED_FILE, name, f"《{title}》长度应为{size}字节，现为{default_storage.size(name)}")
        elif digest and _digest(name) != digest:
            yield DataFinding(DataFault.ALTERED_FILE, name, f"《{title}》")
    except FileNotFoundError:
        yield DataFinding(DataFault.MISSING_FILE, name, f"《{title}》")
    except OSError as error:
        yield DataFinding(DataFault.UNCHECKED, name, f"《{title}》读不出：{error.strerror or error}")


def _digest(name: str) -> str:
    found = hashlib.sha256()
    with default_storage.open(name, "rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def stored_files_are_named(counted: LookedAt) -> Iterator[DataFinding]:
    """Check every file in the storage older than a week."""
    stored, before = files_in(), clock.now() - YOUNG
    while names := list(islice(stored, BATCH)):
        counted("stored", len(names))
        named: set[str] = set()
        for field in file_fields():
            held = field.model._base_manager.filter(**{f"{field.attname}__in": names})
            named |= set(held.values_list(field.attname, flat=True))
        under_way = {name for name in names if name.startswith(f"{UPLOADS}/")}
        if under_way:
            named |= {f"{UPLOADS}/{key}.part" for key in Upload.objects.values_list("key", flat=True)}
        for name in names:
            if name not in named and default_storage.get_modified_time(name) < before:
                yield DataFinding(DataFault.UNNAMED_FILE, name)


def owners_are_there(_counted: LookedAt) -> Iterator[DataFinding]:
    """Check that every file belongs to an existing row."""
    for owner, title in orphans():
        yield DataFinding(DataFault.NO_OWNER, owner, f"《{title}》")
