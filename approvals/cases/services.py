"""Services for any kind of case: steps, decisions, materials, numbers."""

from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.cases.checklist import Slot, slot_of
from approvals.cases.document_numbers import number_taken
from approvals.cases.dossier import digest_of, parts_of
from approvals.cases.models.cases import Case, CaseDocument, DecisionRecord
from approvals.cases.rules import is_officer, may_edit_case
from approvals.cases.selectors.cases import waits_for_number
from approvals.common.enums import CaseKind, DossierStep
from districts.common.enums import HELD_LISTS
from districts.lists.held import TAKEN
from greendistrict.accounts.acting import columns
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import holding, posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused, about_file
from greendistrict.core.forms import per_file
from greendistrict.documents.office.inspection import display_name
from greendistrict.documents.services import store
from greendistrict.workflow.procedure import STALE, Taken, hold, hold_version

# Record decisions and freeze their dossiers.
#
# Called by the effects of deciding steps, by the title service, and by a change once it is applied.


@transaction.atomic
def freeze(*, case: Case, step: str, by: User | None) -> DecisionRecord:
    """Store the parts of a step with their digests, and the digest over all of them in the audit record."""
    now = Case.objects.select_related("table__edition__stored", "review", "decision_scan").get(pk=case.pk)
    parts = {key: {"digest": digest_of(part), "content": part} for key, part in parts_of(now, DossierStep(step)).items()}
    digest = digest_of({key: part["digest"] for key, part in parts.items()})
    record = DecisionRecord.objects.create(case=now, step=step, parts=parts, digest=digest, at=clock.now(), by=by)
    audit.record(action="decision.freeze", by=by, obj=record, data={"case": now.number, "step": str(step), "digest": digest})
    return record


def record(taken: Taken) -> None:
    """Store date, number and scan of the decision; the number may be entered later (``enter_number``)."""
    case, values = taken.obj, taken.values
    case.decision_number, case.decided_on = fitted(case, "decision_number", str(values.get("number") or "").strip()), values["decided_on"]
    if scan := values.get("scan"):
        case.decision_scan = store(owner=case, upload=scan, kind="决定", title=f"决定 {case.decision_number}".strip(), by=taken.person)
    case.save(update_fields=["decision_number", "decided_on", "decision_scan"])


def record_and_freeze(taken: Taken) -> None:
    """Store the decision and freeze its dossier."""
    record(taken)
    freeze(case=taken.obj, step=DossierStep.DECISION, by=taken.by)


# Save parts of a case outside a step: lock the case and check the version of the page.


def held(case: Case, version: int | None) -> Case:
    """The locked case. Raises ``Stale`` with the stored data if the page's version is old; requires a transaction."""
    current: Case = hold(case)
    if version is not None:
        hold_version(current, version, STALE)
    return current


def touch(case: Case, *fields: str) -> None:
    """Save the named fields and increment the version."""
    case.version += 1
    case.save(update_fields=columns(case, *fields, "version"))


# Files in the slots of the materials checklist: add, replace by a newer version, remove.


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


@transaction.atomic
def add_documents(*, case: Case, slot: str, upload: "list[UploadedFile[Any]]", title: str, by: User) -> list[CaseDocument]:
    """Store several files in a slot, all or none; as ``add_document``. A title is that of a single file."""
    return [add_document(case=case, slot=slot, by=by, **one) for one in per_file({"upload": upload, "title": title})]


def lay(case: Case, slot: Slot, upload: "UploadedFile[Any]", *, title: str, by: User) -> CaseDocument:
    """Store the file in the slot. The caller holds the lock on the case and has checked the permission."""
    _hold_format(slot, upload)
    evidence = store(owner=case, upload=upload, kind=slot.title, title=title, by=by)
    return CaseDocument.objects.create(case=case, slot=slot.key, document=evidence)


@transaction.atomic
def replace_document(*, document: CaseDocument, upload: "UploadedFile[Any]", by: User) -> CaseDocument:
    """更新版本: replace a file by a newer version. The older one stays readable, and receipts keep its digest.

    Raises ``Refused`` for a list that was taken from the portal: its next version comes from there, too.
    """
    case = editable(document.case, by, None)
    Refused.when(document.document.kind in HELD_LISTS, TAKEN)
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
        text = f"“{display_name(upload.name or '')}”不能放入，“{slot.title}”的格式为{slot.format_words}"
        with about_file(upload):
            raise Refused([Refusal(text, required=slot.format_words, found=ending.upper() or "无扩展名")])


WHO_EDITS = "现在不能修改：申报主体的填报人或受托咨询单位在填报、补正或修改期间可以修改，纸质报来的变更由市级经办代录"


def editable(case: Case, by: User, version: int | None) -> Case:
    """The locked case, if the person may edit it now. Raises ``NotAllowed`` or ``Stale``."""
    case = held(case, version)
    NotAllowed.unless(may_edit_case(posts_of(by), case), WHO_EDITS)
    return case


# Find the people behind the parties of a case.

CITY_SEATS = {
    "city_officer": Role.CITY_OFFICER,
    "city_checker": Role.CITY_CHECKER,
    "city_legal": Role.CITY_LEGAL,
    "city_director": Role.CITY_DIRECTOR,
    "secretariat": Role.SECRETARIAT,
}


def people(case: Case, *parties: str) -> list[User]:
    """People behind the given party keys of a case today, in the order of the keys."""
    return [user for party in parties for user in _party(case, party)]


def _party(case: Case, party: str) -> list[User]:
    if party == "preparer":
        return holding(Role.PREPARER, organisation_ids={case.applicant_id})
    if party == "reviewer":
        return holding(Role.REVIEWER, organisation_ids={case.applicant_id})
    if party == "authority":
        own = set(case.district.authorities.values_list("pk", flat=True))
        own |= set(case.district.authorities.exclude(bodies=None).values_list("bodies", flat=True))
        return holding(Role.AUTHORITY, organisation_ids=own)
    return holding(CITY_SEATS[party])


# 登记决定文号: enter the number that the office assigned after the decision. A wrong number is corrected as a 更正.


@transaction.atomic
def enter_number(
    *, case: Case, by: User, number: str, scan: "UploadedFile[Any] | None" = None, version: int | None = None, source: str = ""
) -> Case:
    """Store the decision's number, and the scan if none is stored yet; person and time are recorded, and the system it came from.

    Raises ``NotAllowed`` for anybody but the officer, ``Refused`` if there is no decision, it has a number,
    or another paper has that number.
    """
    case = held(case, version)
    NotAllowed.unless(is_officer(posts_of(by), case), "决定文号由市级经办登记")
    Refused.unless(waits_for_number(case), "这个办件没有待登记的决定文号；登记有误的，办理更正")
    wanted = fitted(case, "decision_number", number.strip())
    if found := ("" if wanted else "请填写决定文号") or number_taken(wanted, case):
        raise Refused([Refusal(found, field="number")])
    case.decision_number = wanted
    if scan is not None and case.decision_scan is None:
        case.decision_scan = store(owner=case, upload=scan, kind="决定", title=f"决定 {wanted}", by=by)
        if case.kind == CaseKind.LOSS:
            CaseDocument.objects.create(case=case, slot="decision", document=case.decision_scan)
    touch(case, "decision_number", "decision_scan")
    audit.record(action="decision.number", by=by, obj=case, data={"number": wanted, **({"source": source} if source else {})})
    if case.decision_records.exists():
        freeze(case=case, step=DossierStep.NUMBER, by=by)
    return case
