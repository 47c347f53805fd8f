"""Storing files."""

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction

from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock, papers
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.documents import inspection, rollback
from greendistrict.documents.anonymous import anonymous
from greendistrict.documents.models import Evidence
from greendistrict.documents.registry import owner_of, refuse_locked, same_library

ENDING = 10  # signs of a file's ending that are kept


def store(
    *,
    owner: models.Model,
    upload: "UploadedFile[Any]",
    kind: str,
    title: str,
    by: User,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    replaces: Evidence | None = None,
) -> Evidence:
    """Inspect and store a file for ``owner``.

    Raises ``NotAllowed`` when the person may not add to this owner, ``Refused`` with what to do for a file that is not taken.
    """
    NotAllowed.unless(owner_of(owner._meta.label_lower).may_add(by, owner), "您不能在这里上传材料")
    Refused.when(replaces is not None and not same_library(owner, replaces), "被替换的材料不属于这里")
    if replaces is not None:
        _refuse_replaced(replaces)
    Refused.when(valid_from and valid_to and valid_to < valid_from, "有效期止不能早于有效期起")
    name = inspection.display_name(upload.name or "")
    content = upload.read()
    issued = papers.is_issued(hashlib.sha256(content).hexdigest())
    found = inspection.inspect(name, BytesIO(content), len(content), settings.GD_UPLOAD_MAX_BYTES, issued=issued)
    if hide := owner_of(owner._meta.label_lower).blind:
        content, title = anonymous(name, found, content), hide(owner)
        name = f"{title}.{found.extension}"
    else:
        content = inspection.strip_metadata(name, found, content)
    evidence = _new(owner, content, by, name=name, content_type=found.content_type, kind=kind, title=title or name)
    evidence.valid_from, evidence.valid_to = valid_from, valid_to
    with _without_leftover(evidence), transaction.atomic():
        if replaces is not None:
            held = Evidence.objects.select_for_update(no_key=True).get(pk=replaces.pk)
            _refuse_replaced(held)
            evidence.replaces, evidence.version = held, held.version + 1
        evidence.save()
        audit.record(action="documents.store", by=by, obj=evidence, data={"owner": evidence.owner, "sha256": evidence.sha256})
    return evidence


@contextmanager
def _without_leftover(evidence: Evidence) -> Iterator[None]:
    """Delete the written file when its row is refused."""
    try:
        yield
    except Exception:
        evidence.file.delete(save=False)
        raise


def _refuse_replaced(evidence: Evidence) -> None:
    """Refuse a second successor of a version, checked under the lock, and any of a file that stays as it is."""
    refuse_locked(evidence)
    if evidence.replaced_by.exists():
        msg = f"“{evidence.title}”第{evidence.version}版已有新版，请刷新后替换最新的一版"
        raise Refused(msg)


def store_bytes(
    *,
    owner: models.Model,
    content: bytes | IO[bytes],
    name: str,
    content_type: str,
    kind: str,
    title: str,
    by: User | None = None,
    demo: bool = False,
) -> Evidence:
    """Store a file made by the portal itself, a large one as a stream, and remember its digest as one that the portal handed out."""
    shown = inspection.display_name(name)
    evidence = _new(owner, content, by, name=shown, content_type=content_type, kind=kind, title=title)
    evidence.is_demo = demo
    with _without_leftover(evidence), transaction.atomic():
        evidence.save()
        is_signed = isinstance(content, bytes) and papers.SIGNATURE in content
        papers.issue(owner, sha256=evidence.sha256, ending=shown.rpartition(".")[2].lower()[:ENDING], signed=is_signed)
    return evidence


def remove(document: Evidence) -> None:
    """Delete a file made by the portal that nothing names any more; the stored file goes when the transaction is committed."""
    name = document.file.name or ""
    document.delete()
    transaction.on_commit(lambda: default_storage.delete(name), robust=True)  # what stays behind is found by the weekly sweep


def _new(
    owner: models.Model, content: bytes | IO[bytes], by: User | None, *, name: str, content_type: str, kind: str, title: str
) -> Evidence:
    file = ContentFile(content) if isinstance(content, bytes) else File(content)
    digest = hashlib.sha256()
    for piece in file.chunks():
        digest.update(piece)
    evidence = Evidence(
        key=uuid.uuid4(),
        owner=audit.subject_of(owner),
        kind=kind,
        title=title[:200],
        original_name=name,
        content_type=content_type,
        size=file.size,
        sha256=digest.hexdigest(),
        uploaded_by=by,
        uploaded_at=clock.now(),
        is_demo=bool(getattr(owner, "is_demo", False)),
    )
    evidence.file.save(name, file, save=False)
    rollback.note(evidence.file.name or "")
    return evidence
