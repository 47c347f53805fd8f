"""延期申请, 更正 and 代录: what is asked for beside the steps of a case."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from approvals.enums import DeadlineKind, EntryWay, WrongField
from approvals.lifecycle import EXTENSION, RECTIFICATION
from approvals.models import Case, ExtensionRequest, PaperEntry, Rectification
from approvals.rules import is_officer, is_signer
from approvals.selectors.requests import against_rectification, current_value, deadline_of, running
from approvals.services.rectify import write
from approvals.services.steps import locked, touch
from approvals.services.telling import people, tell_of
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.documents.services import store
from greendistrict.notifications.enums import Message
from greendistrict.policy.rules import is_directors
from greendistrict.workflow.services import perform

TURN = {
    "extension": {"asked": ("officer",), "deciding": ("director",), "granted": ("signer", "officer"), "refused": ("signer", "officer")},
    "rectification": {"proposed": ("checker",), "deciding": ("director",), "done": ("officer", "signer"), "refused": ("officer",)},
}


@dataclass(frozen=True)
class Entry:
    """How a matter came that the officer enters for somebody."""

    way: str
    received_on: dt.date
    on_behalf: str
    scan: "UploadedFile[Any] | None" = None
    note: str = ""


@transaction.atomic
def enter(*, case: Case, by: User, action: str, entry: Entry) -> PaperEntry:
    """代录: keep scan, day of receipt and who entered. Paper wants its scan, a call a note. Used by steps, in their transaction."""
    found = []
    if not is_officer(by, case):
        msg = "代录由市级经办办理"
        raise NotAllowed(msg)
    if entry.received_on > clock.today():
        found.append(Refusal("收到日期不能晚于今天", field="received_on"))
    if not entry.on_behalf.strip():
        found.append(Refusal("请写明代何人办理", field="on_behalf"))
    if entry.way == EntryWay.PAPER and entry.scan is None:
        found.append(Refusal("纸质来件须上传扫描件", field="scan"))
    if entry.way == EntryWay.PHONE and not entry.note.strip():
        found.append(Refusal("电话办理的，请写明通话内容和核实情况", field="note"))
    if found:
        raise Refused(found)
    scan = store(owner=case, upload=entry.scan, kind="代录原件", title=f"代录原件 {entry.on_behalf.strip()}", by=by) if entry.scan else None
    kept = PaperEntry.objects.create(
        case=case,
        action=action,
        way=entry.way,
        received_on=entry.received_on,
        on_behalf=entry.on_behalf.strip()[:100],
        scan=scan,
        note=entry.note.strip()[:300],
        entered_by=by,
        entered_at=clock.now(),
    )
    audit.record(action="approvals.enter", by=by, obj=case, data={"action": action, "way": entry.way, "for": kept.on_behalf})
    return kept


@transaction.atomic
def ask_extension(
    *, case: Case, by: User, until: dt.date, reason: str, entry: Entry | None = None, version: int | None = None
) -> ExtensionRequest:
    """延期申请 before the deadline is over, by the signer, or by the officer for it (代录).

    Raises ``NotAllowed``; ``Refused`` when no deadline runs, it is over, the new day is not later, or one is asked already.
    """
    case = locked(case, version)
    if not (is_signer(by, case) or (entry is not None and is_officer(by, case))):
        msg = "延期由申报主体的审核人申请"
        raise NotAllowed(msg)
    deadline = deadline_of(case)
    if deadline is None:
        msg = "这个办件现在没有可以延期的期限"
        raise Refused(msg)
    kind, due = deadline
    received = entry.received_on if entry else clock.today()
    if found := _against_extension(case, kind=kind, due=due, until=until, reason=reason, received=received):
        raise Refused(found)
    if entry is not None:
        enter(case=case, by=by, action="extension", entry=entry)
    asked = ExtensionRequest.objects.create(
        case=case, deadline=kind, was_due=due, until=until, reason=reason.strip(), asked_at=clock.now(), asked_by=by
    )
    touch(case)
    audit.record(action="extension.ask", by=by, obj=asked, data={"until": until.isoformat(), "was": due.isoformat()})
    _tell(asked, "extension", by)
    return asked


def _against_extension(case: Case, *, kind: str, due: dt.date, until: dt.date, reason: str, received: dt.date) -> list[Refusal]:
    found = []
    if received > due:
        last = f"{due.year}年{due.month}月{due.day}日"
        found.append(Refusal("期限已过，不能再申请延期", required=f"{last}以前提出", found="已逾期"))
    if until <= due:
        found.append(Refusal("申请延至的日期须晚于原期限", field="until"))
    if not reason.strip():
        found.append(Refusal("请填写理由", field="reason"))
    if case.extensions.filter(deadline=kind, status__in=("asked", "deciding")).exists():
        found.append(Refusal("已有延期申请在办"))
    return found


@transaction.atomic
def extension_step(*, asked: ExtensionRequest, by: User, action: str, reason: str = "", version: int | None = None) -> ExtensionRequest:
    """Take a step of an extension; when it is granted the deadline of the case is the new one."""
    case = locked(Case.objects.get(pk=asked.case_id), None)
    stored = ExtensionRequest.objects.select_for_update(of=("self",)).select_related("case__district").get(pk=asked.pk)
    _fresh(stored, version)
    stored.version += 1
    stored.save(update_fields=["version"])
    perform(machine=EXTENSION, obj=stored, action=action, by=by, facts={"running": running(stored)}, reason=reason)
    if stored.status in {"granted", "refused"}:
        stored.decided_at = clock.now()
        stored.save(update_fields=["decided_at"])
    if stored.status == "granted":
        _extend(case, stored)
    _tell(stored, "extension", by)
    return stored


def _extend(case: Case, asked: ExtensionRequest) -> None:
    if asked.deadline == DeadlineKind.CORRECTION:
        correction = case.corrections.order_by("-round")[0]
        correction.due = asked.until
        correction.save(update_fields=["due"])
    else:
        loss = case.loss
        loss.hearing_due = asked.until
        loss.save(update_fields=["hearing_due"])
    touch(case)


@transaction.atomic
def propose_rectification(*, case: Case, by: User, field: str, after: str, reason: str, version: int | None = None) -> Rectification:
    """更正: the officer names what is wrong and what is right; two others decide. Raises ``Refused`` with what stands against it."""
    case = locked(case, version)
    if not is_officer(by, case):
        msg = "更正由市级经办提出"
        raise NotAllowed(msg)
    before = current_value(case, field)
    draft = Rectification(case=case, field=WrongField(field), before=before, after=after.strip()[:60], reason=reason.strip())
    found = against_rectification(draft)
    if not reason.strip():
        found.append(Refusal("请填写理由", field="reason"))
    if case.rectifications.filter(field=field, status__in=("proposed", "deciding")).exists():
        found.append(Refusal("这一内容已有更正在办"))
    if found:
        raise Refused(found)
    draft.proposed_at, draft.proposed_by = clock.now(), by
    draft.save()
    touch(case)
    audit.record(action="rectification.propose", by=by, obj=draft, data={"field": field, "before": before, "after": draft.after})
    _tell(draft, "rectification", by)
    return draft


@transaction.atomic
def rectification_step(*, asked: Rectification, by: User, action: str, reason: str = "", version: int | None = None) -> Rectification:
    """Take a step of a rectification; when it is decided the wrong value is replaced wherever it was copied to."""
    case = locked(Case.objects.get(pk=asked.case_id), None)
    stored = Rectification.objects.select_for_update(of=("self",)).select_related("case__district").get(pk=asked.pk)
    _fresh(stored, version)
    stored.version += 1
    stored.save(update_fields=["version"])
    facts = {"against": against_rectification(stored)}
    perform(machine=RECTIFICATION, obj=stored, action=action, by=by, facts=facts, reason=reason)
    if stored.status == "done":
        stored.done_at = clock.now()
        stored.save(update_fields=["done_at"])
        write(case, stored, by=by)
    _tell(stored, "rectification", by)
    return stored


def _fresh(stored: ExtensionRequest | Rectification, version: int | None) -> None:
    if version is not None and version != stored.version:
        msg = "期间已有人办理，请核对最新情况后再办"
        raise Stale(msg, current=stored)


def _tell(asked: ExtensionRequest | Rectification, machine: str, by: User) -> None:
    words = (EXTENSION if machine == "extension" else RECTIFICATION).state(asked.status).label
    case = asked.case
    parties = TURN[machine].get(asked.status, ())
    if machine == "extension" and asked.status == "deciding" and not is_directors("extend"):
        parties = (*parties, "checker")
    open_still = asked.status in {"asked", "proposed", "deciding"}
    told = [user for user in people(case, *parties) if user.pk != by.pk]
    tell_of(
        case,
        dict.fromkeys(told),
        key=f"{machine}:{asked.pk}:{asked.version}",
        words=f"{asked.what}{words}",
        body=asked.reason[:500],
        kind=Message.CASE_TODO if open_still else Message.CASE_MOVED,
    )
