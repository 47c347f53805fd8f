"""Files chosen in a form that was refused for another reason; kept for the same person until the form is sent again.

They cannot be downloaded; they only return to the same field of a form sent to the same URL by the same person.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from greendistrict.accounts.models import User
from greendistrict.core import clock, disk
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Refused
from greendistrict.core.row_faults import one_by_one
from greendistrict.documents.models import KeptFile

KEPT_HOURS = 24
MOST, MOST_FULL_SIZED = 20, 3  # files of a person, and as many of the largest together; those of one form are kept whatever their number
KEY, DROP = "-kept", "-kept-drop"  # names of the inputs beside a file input
CAME_BY = "_came_by"
LONGEST_NAME, LONGEST_TYPE = 200, 100


@dataclass
class Sending:
    """State of one request: person, URL, and the kept files restored, each with whether a form shows it again."""

    by: User
    page: str
    back: dict[int, tuple[KeptFile, bool]] = field(default_factory=dict)


def receive(request: HttpRequest, by: User) -> Sending:
    """Restore kept files into the uploads of a form, and remember for every upload who sent it.

    Newly chosen files, or the checkbox to discard one (by its key, or ``1`` for all of the field), replace kept ones, which are deleted.
    """
    sending = Sending(by, request.path)
    chosen = set(request.FILES)
    for name in [name for name in request.POST if name.endswith(KEY)]:
        for key in request.POST.getlist(name):
            row = _kept(sending, name.removesuffix(KEY), key)
            if row is None:
                continue
            if row.field in chosen or {key, "1"} & set(request.POST.getlist(f"{row.field}{DROP}")):
                drop(row)
            else:
                _put_back(request, row, sending)
    for _, uploads in request.FILES.lists():
        for upload in uploads:
            setattr(upload, CAME_BY, sending)
    return sending


def _kept(sending: Sending, name: str, key: str) -> KeptFile | None:
    try:
        asked = uuid.UUID(key)
    except ValueError:
        return None
    rows = KeptFile.objects.filter(key=asked, by=sending.by, page=sending.page, field=name, kept_at__gt=_oldest(clock.now()))
    return rows.first()


def _put_back(request: HttpRequest, row: KeptFile, sending: Sending) -> None:
    try:
        content = place_of(row).open("rb")  # closed with the request, as every upload
    except OSError:
        row.delete()
        return
    upload: UploadedFile[Any] = UploadedFile(file=content, name=row.name, content_type=row.content_type, size=row.size)
    sending.back[id(upload)] = (row, False)
    request.FILES.appendlist(row.field, upload)


def keep(upload: "UploadedFile[Any]", name: str) -> KeptFile | None:
    """Keep the upload of a field for the form shown again; ``None`` if that is impossible and the file must be chosen again."""
    sending: Sending | None = getattr(upload, CAME_BY, None)
    if sending is None or not upload.name or not 0 < (upload.size or 0) <= settings.GD_UPLOAD_MAX_BYTES:
        return None
    if known := sending.back.get(id(upload)):
        sending.back[id(upload)] = (known[0], True)
        return known[0]
    row = KeptFile(
        key=uuid.uuid4(),
        by=sending.by,
        page=fitted(KeptFile, "page", sending.page),
        field=fitted(KeptFile, "field", name),
        name=Path(upload.name).name[-LONGEST_NAME:],
        content_type=(upload.content_type or "")[:LONGEST_TYPE],
        size=upload.size or 0,
        kept_at=clock.now(),
    )
    place = place_of(row)
    try:
        upload.seek(0)
        disk.make_room(place, row.size)
        with place.open("wb") as file:
            for piece in upload.chunks():
                file.write(piece)
    except (OSError, ValueError, Refused):  # moved or closed by whoever tried to store it, or a full disk
        place.unlink(missing_ok=True)
        return None
    _make_way(row, sending)
    row.save()
    sending.back[id(upload)] = (row, True)  # the same form may be drawn in parts
    return row


def _make_way(row: KeptFile, sending: Sending) -> None:
    """Delete the person's oldest kept files of other forms until this one is within the limits; a form comes back with all of its own."""
    files = KeptFile.objects.filter(by=row.by)
    others = files.exclude(pk__in=[own.pk for own, _ in sending.back.values()]).order_by("kept_at", "pk")
    room = MOST_FULL_SIZED * settings.GD_UPLOAD_MAX_BYTES - row.size
    while files.count() >= MOST or (files.aggregate(bytes=Sum("size"))["bytes"] or 0) > room:
        if (oldest := others.first()) is None:
            return
        drop(oldest)


def missing(data: Mapping[str, Any], uploads: "Sequence[UploadedFile[Any]]", name: str) -> int:
    """Number of kept files that a form sent back in this field and that are gone; those replaced or discarded on purpose do not count."""
    asked, dropped = _texts(data, f"{name}{KEY}"), _texts(data, f"{name}{DROP}")
    came = {_key_of(upload) for upload in uploads}
    return 0 if "1" in dropped or came - asked else len(asked - dropped - came)


def _texts(data: Mapping[str, Any], name: str) -> set[str]:
    values = data.getlist(name) if isinstance(data, MultiValueDict) else [data.get(name)]
    return {str(value) for value in values if value}


def _key_of(upload: "UploadedFile[Any]") -> str:
    """Key of the kept file that this upload is; empty for a newly chosen one."""
    sending: Sending | None = getattr(upload, CAME_BY, None)
    known = sending.back.get(id(upload)) if sending else None
    return str(known[0].key) if known else ""


def finish(sending: Sending) -> None:
    """Delete restored files that no form shows again, because they were accepted."""
    for row, shown in sending.back.values():
        if not shown:
            drop(row)


def drop(row: KeptFile) -> None:
    """Delete a kept file."""
    place_of(row).unlink(missing_ok=True)
    row.delete()


def place_of(row: KeptFile) -> Path:
    """Path of its content, outside what is served."""
    return Path(settings.MEDIA_ROOT) / "uploads" / f"{row.key}.kept"


def sweep(now: dt.datetime) -> int:
    """Delete files kept for more than a day; returns the number."""
    rows = list(KeptFile.objects.filter(kept_at__lte=_oldest(now)))
    return len(one_by_one("sweep-uploads:kept", rows, drop))


def _oldest(now: dt.datetime) -> dt.datetime:
    return now - dt.timedelta(hours=KEPT_HOURS)
