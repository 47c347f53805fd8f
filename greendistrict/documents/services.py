"""Storing files."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, cast

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock, disk, papers
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refused, about_file
from greendistrict.documents import blobs, copies, quotas, scans
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.models import Evidence
from greendistrict.documents.office import inspection
from greendistrict.documents.office.anonymous import write_anonymous
from greendistrict.documents.registry import follow_level, may_add_to, owner_of, refuse_locked, same_library
from greendistrict.documents.selectors import may_read, reads_classified, versions_of
from greendistrict.documents.upload_levels import chosen_for

OWNERS_ALONE = "密级材料只由归属单位（填报、审核签发、区专门机构）和市级办理人员上传、更新，请由他们上传"
ENDING = 10  # longest file extension that is stored


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
    may_add: bool | None = None,
) -> Evidence:
    """Check a file and store it for ``owner``, with the confidentiality chosen in the form; a new version is never less confidential.

    ``may_add`` is the caller's answer if it has its own rule on who may add this kind of file to the owner.

    Raises ``NotAllowed`` if the person may not add to this owner, ``Refused`` with instructions if the file is not accepted.
    """
    given = owner_of(owner._meta.label_lower).may_add(posts_of(by), owner) if may_add is None else may_add
    NotAllowed.unless(given, "您不能在这里上传材料")
    Refused.when(replaces is not None and not same_library(owner, replaces), "被替换的材料不属于这里")
    level = _level(owner, upload, replaces, by)
    if replaces is not None:
        _refuse_replaced(replaces)
    Refused.when(valid_from and valid_to and valid_to < valid_from, "有效期止不能早于有效期起")
    name = inspection.display_name(upload.name or "")
    # Read in chunks, never completely in memory, and not closed, because a form that is shown again keeps the file.
    source = cast("BinaryIO", upload.file)
    sent = File(source, name)
    with about_file(upload):
        quotas.refuse_beyond(by=by, name=name, size=sent.size)
        issued = papers.is_issued(blobs.digest_of(sent))
        found = inspection.inspect(name, source, sent.size, settings.GD_UPLOAD_MAX_BYTES, issued=issued)
    with disk.named(), TemporaryFile() as made, about_file(upload):
        if hide := owner_of(owner._meta.label_lower).blind:
            title = hide(owner)
            name, changed = f"{title}.{found.extension}", True
            with TemporaryFile() as clean:
                is_clean = found.removable and inspection.write_clean(name, found, source, clean)
                write_anonymous(name, found, clean if is_clean else source, made)
        else:
            changed = inspection.write_clean(name, found, source, made)
        made.flush()
        file = File(made, name) if changed else sent
        evidence = _new(owner, file, by, name=name, content_type=found.content_type, kind=kind, title=title or name)
        evidence.valid_from, evidence.valid_to, evidence.confidentiality = valid_from, valid_to, level
        evidence.scan, evidence.stripped = scans.first_state(), fitted(Evidence, "stripped", "、".join(found.removable))
        _add(evidence, file, replaces)
    return evidence


def _add(evidence: Evidence, file: "File[bytes]", replaces: Evidence | None) -> None:
    """Store row and content of an upload, as the next version of ``replaces`` if given, and record it."""
    with _stored(evidence, file):
        _follow(evidence, replaces)
        evidence.save()
        data = {"owner": evidence.owner, "sha256": evidence.sha256, "confidentiality": evidence.confidentiality}
        data |= {"stripped": evidence.stripped} if evidence.stripped else {}
        audit.record(action="documents.store", by=evidence.uploaded_by, obj=evidence, data=data)
        scans.request(evidence)


def _follow(evidence: Evidence, former: Evidence | None) -> None:
    """Make a file that is not saved yet the next version of ``former``, if given, and no less confidential; requires a transaction."""
    if former is None:
        return
    held = Evidence.objects.select_for_update(no_key=True).get(pk=former.pk)
    _refuse_replaced(held)
    evidence.replaces, evidence.version = held, held.version + 1
    levels = (Confidentiality(evidence.confidentiality), Confidentiality(held.confidentiality))
    evidence.confidentiality = max(levels, key=lambda one: one.rank)


def _level(owner: models.Model, upload: "UploadedFile[Any]", replaces: Evidence | None, by: User) -> Confidentiality:
    """The chosen level, else that of the previous version, else 内部.

    Whoever may not read classified files neither replaces one (``NotAllowed``) nor chooses that level (``Refused``, about the file).
    """
    before = Confidentiality(replaces.confidentiality) if replaces is not None else Confidentiality.INTERNAL
    level = chosen_for(upload) or before
    if Confidentiality.CLASSIFIED in {level, before} and not reads_classified(Viewer(by), audit.subject_of(owner)):
        NotAllowed.when(before == Confidentiality.CLASSIFIED, OWNERS_ALONE)
        with about_file(upload):
            raise Refused(OWNERS_ALONE)
    return level


@transaction.atomic
def set_confidentiality(*, evidence: Evidence, level: Confidentiality, reason: str, by: User) -> None:
    """Change the confidentiality of a file with all its versions; the reason is recorded.

    Raises ``NotAllowed`` for people who may not read the file, or who are neither city officers nor may add to its owner, ``Refused``
    without a reason or a change, and if a version must keep its level (``HandedOver.follow_level``).
    """
    NotAllowed.unless(may_set_confidentiality(by, evidence), "您不能改变这份材料的密级")
    is_closed = level == Confidentiality.CLASSIFIED and not reads_classified(Viewer(by), evidence.owner)
    Refused.when(is_closed, "密级由归属单位或市级办理人员确定")
    Refused.unless(reason.strip(), "请写明理由")
    Refused.when(owner_of(evidence.owner.partition(":")[0]).blind, "评审打分的附件不改密级")
    keys = [version.pk for version in versions_of(evidence)]
    held = list(Evidence.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
    changed = [one for one in held if one.confidentiality != level]
    Refused.unless(changed, "密级没有变化")
    for one in changed:
        refuse_locked(one)
        data = {"from": one.confidentiality, "to": level.value, "reason": reason.strip(), "sha256": one.sha256}
        one.confidentiality = level
        one.save(update_fields=["confidentiality"])
        follow_level(one, by)
        audit.record(action="documents.confidentiality", by=by, obj=one, data=data)
    evidence.confidentiality = level


def may_set_confidentiality(user: User, evidence: Evidence) -> bool:
    """Whether the person may change the confidentiality: city officers and people who may add to the owner, if they may read the file."""
    viewer = Viewer(user)
    return may_read(viewer, evidence) and (viewer.held.has(Role.CITY_OFFICER) or may_add_to(viewer.held, evidence))


@contextmanager
def _stored(evidence: Evidence, file: "File[bytes]") -> Iterator[None]:
    """Store the content in the transaction of its row; if the transaction fails, the written file is deleted."""
    is_written = False
    try:
        with transaction.atomic():
            is_written = blobs.put(evidence, file)
            yield
    except Exception:
        if is_written:
            evidence.file.delete(save=False)
        raise


def _refuse_replaced(evidence: Evidence) -> None:
    """Refuse a second successor of a version (checked under the lock), and any successor of a locked file."""
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
    confidentiality: Confidentiality = Confidentiality.INTERNAL,
    replaces: Evidence | None = None,
    own_paper: bool = False,
) -> Evidence:
    """Store a file generated by the portal (large ones as a stream), and register its digest as issued by the portal.

    As the next version of ``replaces`` it is never less confidential. Raises ``Refused`` if that is locked or was replaced already,
    ``NotAllowed`` if it is classified and the person may not read it.
    ``own_paper``: it is verified as a paper of its own and not as one of its owner.
    """
    if replaces is not None and replaces.is_classified and by is not None:
        NotAllowed.unless(reads_classified(Viewer(by), audit.subject_of(owner)), OWNERS_ALONE)
    shown = inspection.display_name(name)
    file: File[bytes] = ContentFile(content) if isinstance(content, bytes) else File(content)
    evidence = _new(owner, file, by, name=shown, content_type=content_type, kind=kind, title=title)
    evidence.is_demo, evidence.confidentiality = demo, confidentiality
    with _stored(evidence, file):
        _follow(evidence, replaces)
        evidence.save()
        is_signed = isinstance(content, bytes) and papers.SIGNATURE in content
        ending = shown.rpartition(".")[2].lower()[:ENDING]
        papers.issue(evidence if own_paper else owner, sha256=evidence.sha256, ending=ending, signed=is_signed)
    return evidence


def remove(document: Evidence) -> None:
    """Delete a generated file that nothing refers to any more; the content is deleted with the last row that has the same content."""
    document.delete()
    copies.drop_with(document)
    blobs.drop_after_commit(document.file.name or "", document.sha256)


def _new(owner: models.Model, file: "File[bytes]", by: User | None, *, name: str, content_type: str, kind: str, title: str) -> Evidence:
    return Evidence(
        key=uuid.uuid4(),
        owner=audit.subject_of(owner),
        kind=kind,
        title=fitted(Evidence, "title", title),
        original_name=name,
        content_type=content_type,
        size=file.size,
        sha256=blobs.digest_of(file),
        uploaded_by=by,
        uploaded_at=clock.now(),
        is_demo=bool(getattr(owner, "is_demo", False)),
    )
