"""Resumable uploads: started, continued at the stored offset, completed, removed when abandoned."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, FileIO
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction

from greendistrict.accounts.models import User
from greendistrict.accounts.revocation import Why
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock, disk
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.row_faults import one_by_one
from greendistrict.documents import quotas
from greendistrict.documents.models import Upload
from greendistrict.documents.office import inspection
from greendistrict.documents.registry import owner_of

PIECE = 1024 * 1024
MOST_OPEN = 40
MOST_FULL_SIZED = 10  # total size of a person's unfinished uploads, as a multiple of the largest file
KEPT_DAYS = 7


class WrongOffset(Refused):
    """The piece does not begin where the stored bytes end; ``offset`` is where to continue."""

    def __init__(self, offset: int) -> None:
        super().__init__("已收到的部分与浏览器记录的不同，从已收到处继续")
        self.offset = offset


def begin(*, owner: models.Model, name: str, size: int, by: User) -> Upload:
    """Start an upload for ``owner``.

    Raises ``NotAllowed``, or ``Refused`` before any byte is sent: kind or size not accepted, storage limit of the organisation exceeded,
    disk full.
    """
    NotAllowed.unless(owner_of(owner._meta.label_lower).may_add(posts_of(by), owner), "您不能在这里上传材料")
    shown = inspection.display_name(name)
    inspection.check_name(shown, size, settings.GD_UPLOAD_MAX_BYTES)
    quotas.refuse_beyond(by=by, name=shown, size=size)
    waiting = Upload.objects.filter(by=by).aggregate(files=models.Count("pk"), bytes=models.Sum("size"))
    most = MOST_FULL_SIZED * settings.GD_UPLOAD_MAX_BYTES
    if (waiting["bytes"] or 0) + size > most:
        msg = f"没有传完的文件合计不能超过{most // (1024 * 1024)}MB，请等前面的传完或取消后再传"
        raise Refused(msg)
    if waiting["files"] >= MOST_OPEN:
        msg = f"同时上传的文件不能超过{MOST_OPEN}个，请等前面的传完"
        raise Refused(msg)
    upload = Upload(key=uuid.uuid4(), owner=audit.subject_of(owner), name=shown, size=size, by=by, started_at=clock.now())
    disk.make_room(place_of(upload), size)
    upload.save()
    return upload


@transaction.atomic
def append(*, upload: Upload, offset: int, stream: BinaryIO) -> int:
    """Append the next piece, at most ``PIECE`` bytes; returns the new offset. Raises ``WrongOffset``, or ``Refused`` for too much data."""
    held = Upload.objects.select_for_update(no_key=True).get(pk=upload.pk)
    if offset != held.received:
        raise WrongOffset(held.received)
    data = stream.read(PIECE + 1)
    if len(data) > PIECE or held.received + len(data) > held.size:
        raise Refused([Refusal("这一段超出约定的大小，请重新选择文件上传")])
    path = place_of(held)
    with disk.named():
        path.parent.mkdir(parents=True, exist_ok=True)
    with disk.named(), path.open("r+b" if path.exists() else "wb", buffering=0) as file:
        file.seek(held.received)  # overwrite what an interrupted request left behind
        file.truncate()
        _write(file, data)
    held.received += len(data)
    held.save(update_fields=["received"])
    return held.received


@transaction.atomic
def hold(*, owner: models.Model, name: str, content: bytes, by: User) -> Upload:
    """Keep existing content, such as a picture from a document, as a complete upload for later use. Raises as ``begin``."""
    upload = begin(owner=owner, name=name, size=len(content), by=by)
    stream = BytesIO(content)
    while upload.received < upload.size:
        upload.received = append(upload=upload, offset=upload.received, stream=BytesIO(stream.read(PIECE)))
    return upload


def _write(file: FileIO, data: bytes) -> None:
    """Write a piece whole or not at all; a partial write is truncated."""
    at, rest = file.tell(), memoryview(data)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError:
        file.truncate(at)
        raise


@contextmanager
def completed(upload: Upload) -> Iterator["UploadedFile[Any]"]:
    """The complete upload as a file; it is deleted afterwards, also when refused. Raises ``WrongOffset`` while incomplete."""
    if upload.received != upload.size:
        raise WrongOffset(upload.received)
    try:
        with place_of(upload).open("rb") as file:
            yield UploadedFile(file=file, name=upload.name, size=upload.size)
    except Refused:
        _drop(upload)
        raise
    _drop(upload)


def _drop(upload: Upload) -> None:
    path = place_of(upload)
    upload.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def end_all(person: User, _why: Why) -> int:
    """Delete what a person whose rights have ended has not finished uploading; returns how many files."""
    left = list(Upload.objects.filter(by=person))
    for upload in left:
        _drop(upload)
    return len(left)


def place_of(upload: Upload) -> Path:
    """Path of the temporary file, outside what is served."""
    return Path(settings.MEDIA_ROOT) / "uploads" / f"{upload.key}.part"


def sweep(now: dt.datetime) -> int:
    """Delete uploads not completed within a week; returns how many."""
    left = list(Upload.objects.filter(started_at__lt=now - dt.timedelta(days=KEPT_DAYS)))
    return len(one_by_one("sweep-uploads", left, _forget))


def _forget(upload: Upload) -> None:
    place_of(upload).unlink(missing_ok=True)
    upload.delete()
