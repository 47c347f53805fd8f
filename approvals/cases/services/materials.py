"""Files in the slots of the materials checklist: add, replace by a newer version, remove."""

from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.cases.checklist import Slot, slot_of
from approvals.cases.models.cases import Case, CaseDocument
from approvals.cases.rules import may_edit_case
from approvals.cases.services.locking import held, touch
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.services import store


@transaction.atomic
def add_document(*, case: Case, slot: str, upload: "UploadedFile[Any]", title: str, by: User) -> CaseDocument:
    """Store a file in a slot of the checklist.

    Raises ``Refused`` if the kind of case has no such slot, if other records fill the slot, or for a file format it does not accept.
    """
    case = editable(case, by, None)
    found = slot_of(case.kind, slot)
    if found is None or found.origin != "file":
        msg = "这一项材料由平台从其他登记中取得，不在这里上传"
        raise Refused(msg)
    document = lay(case, found, upload, title=title, by=by)
    touch(case)
    return document


def lay(case: Case, slot: Slot, upload: "UploadedFile[Any]", *, title: str, by: User) -> CaseDocument:
    """Store the file in the slot. The caller holds the lock on the case and has checked the permission."""
    _hold_format(slot, upload)
    evidence = store(owner=case, upload=upload, kind=slot.title, title=title, by=by)
    return CaseDocument.objects.create(case=case, slot=slot.key, document=evidence)


@transaction.atomic
def replace_document(*, document: CaseDocument, upload: "UploadedFile[Any]", by: User) -> CaseDocument:
    """更新版本: replace a file by a newer version. The older one stays readable, and receipts keep its digest."""
    case = editable(document.case, by, None)
    slot = slot_of(case.kind, document.slot)
    if slot is not None:
        _hold_format(slot, upload)
    old = document.document
    document.document = store(owner=case, upload=upload, kind=old.kind, title=old.title, by=by, replaces=old)
    document.save(update_fields=["document"])
    data = {"slot": document.slot, "file": old.printed_title, "version": document.document.version}
    audit.record(action="application.replace_document", by=by, obj=case, data=data)
    touch(case)
    return document


@transaction.atomic
def remove_document(*, document: CaseDocument, by: User) -> None:
    """Remove a file from its slot; receipts keep its digest."""
    case = editable(document.case, by, None)
    audit.record(
        action="application.remove_document", by=by, obj=case, data={"slot": document.slot, "file": document.document.printed_title}
    )
    document.delete()
    touch(case)


def _hold_format(slot: Slot, upload: "UploadedFile[Any]") -> None:
    ending = PurePath(upload.name or "").suffix.removeprefix(".").lower().replace("jpeg", "jpg")
    if ending not in slot.formats:
        text = f"“{slot.title}”的格式为{slot.format_words}"
        raise Refused([Refusal(text, required=slot.format_words, found=ending.upper() or "无扩展名", field="upload")])


def editable(case: Case, by: User, version: int | None) -> Case:
    """The locked case, if the person may edit it now. Raises ``NotAllowed`` or ``Stale``."""
    case = held(case, version)
    NotAllowed.unless(may_edit_case(posts_of(by), case), "现在不能修改：只有申报主体的填报人或受托咨询单位，在填报、补正或修改期间可以修改")
    return case
